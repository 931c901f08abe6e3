/// What cannot be read or answered in this room: the problem, the text it stands in, and where.
///
/// Ranges are byte offsets into the text, for carets.
package enum EventsError: Error, Hashable, Sendable {
  case pattern(PatternProblem, text: String, at: Range<Int>)
  case selection(SelectionProblem, text: String, at: Range<Int>)
  case filter(FilterProblem, text: String, at: Range<Int>)
  case quantity(QuantityProblem, text: String, at: Range<Int>)
}

/// What is wrong with a pattern of event names.
package enum PatternProblem: Hashable, Sendable {
  case empty
  case emptySystem
  /// A `[` without its `]`.
  case openBracket
  /// A blank or control character.
  case unexpectedCharacter
}

/// What is wrong with a list of events to record.
package enum SelectionProblem: Hashable, Sendable {
  case emptyItem
  case pattern(PatternProblem)
  /// `all`, `*`, `*:*`: there is no such set.
  case everything
  /// No set, event, system call or marker has this name.
  case unknownName(String, nearest: [String])
  /// No kernel system and no marker's provider has this name, but some are nearly called so.
  case unknownSystem(String, nearest: [String])
}

/// What is wrong with a filter.
package enum FilterProblem: Hashable, Sendable {
  case empty
  case tooLong(limit: Int)
  case nestedTooDeep(limit: Int)
  case tooManyTerms(limit: Int)
  case openString
  case openParenthesis
  case unexpectedEnd(expected: FilterExpectation)
  case unexpectedText(expected: FilterExpectation)
  case badNumber
  case badUnit(nearest: [String])
  case badCPUList
  case badRegex(RegexProblem)
  case badPattern(PatternProblem)
  /// No event that was recorded has this field.
  case unknownField(String, nearest: [String])
  /// No event of this name was recorded.
  case unknownEvent(String, nearest: [String])
  /// The field's values cannot be compared in this way in any event that has it.
  case incomparable(field: String)
  /// A field has no value of this name.
  case unknownValue(String, field: String, nearest: [String])
  /// No span of this name was recorded.
  case unknownSpan(String, nearest: [String])
  /// A unit of another kind than the field's values; of `times`, or of none.
  case wrongUnit(takesTimes: Bool)
  /// Only a whole trace can answer this term; the event's own field is called so.
  case needsTraceBesideField(term: String, field: String)
  /// Only a whole trace can answer this term.
  case needsTrace(term: String)
  /// This term is answered by reading the trace twice, which what arrives cannot be.
  case needsFile(term: String)
  /// The caller did not hand over the column from which this term is answered.
  case missingColumn(term: String)
}

/// What a filter could have gone on with.
package enum FilterExpectation: Hashable, Sendable {
  case term, field, value, number, duration, pattern, regex, set, cpus, parenthesis, end, span
  case afterEvents
}

/// What is wrong with a regular expression.
package enum RegexProblem: Hashable, Sendable {
  case openGroup, strayParenthesis, openBracket, nothingToRepeat, badRepeat, badRange, openEscape
  case unsupported
  case tooLarge(limit: Int)
  case nestedTooDeep(limit: Int)
}

/// What is wrong with a length of time, a size or a point in time.
package enum QuantityProblem: Hashable, Sendable {
  case empty
  case badNumber
  case badUnit(nearest: [String])
  case outOfRange
  case badDate
}
