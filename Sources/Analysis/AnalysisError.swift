package import Events
package import TraceFile

/// Why a trace could not be analysed.
package enum AnalysisError: Error, Hashable, Sendable {
  case file(TraceFileError)
  /// The blocks that overlap in time need more memory than is allowed.
  case tooMuchAtOnce(bytes: Int, allowed: Int)
  /// What was asked about the events cannot be answered.
  case filter(EventsError)
  /// What was asserted of a comparison cannot be meant.
  case condition(ConditionProblem, text: String, at: Range<Int>)
}

/// What is wrong with an assertion; ranges beside it are byte offsets, for carets.
package enum ConditionProblem: Hashable, Sendable {
  case empty
  case badPattern
  /// No quantity is called so.
  case unknownQuantity(nearest: [String])
  case noOperator
  case noLimit
  /// Neither `+20 %` nor `2ms`.
  case badLimit
  /// A greatest value scatters too much to be bound by a share; so does a count.
  case needsTime
  /// A rate is bound by a share or by a plain number.
  case needsNumber
  case outOfRange
}
