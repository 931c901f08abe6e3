internal import Events

/// What is wrong with selections, filters and values that the user gave.
extension Words {
  /// A problem with a text that the user gave: `option` says where.
  static func problem(_ error: EventsError, option: String) -> Problem {
    switch error {
    case .pattern(let problem, let text, let range):
      return marked(option, text, range, why(problem))
    case .selection(let problem, let text, let range):
      let (why, hint) = words(for: problem)
      return marked(option, text, range, why, hint: hint)
    case .filter(.needsTrace(let term), let text, let range) where option != "--filter":
      return marked(
        option, text, range, "'\(term)' asks about what takes time, and an event is an instant",
        hint: "swtrace stats FILE syscalls,spans,states --where EXPR")
    case .filter(let problem, let text, let range):
      let (why, hint) = words(for: problem)
      return marked(option, text, range, why, hint: hint)
    case .quantity(let problem, let text, let range):
      let (why, hint) = words(for: problem)
      return marked(option, text, range, why, hint: hint)
    }
  }

  /// An error with its caret; ranges count bytes.
  static func marked(
    _ option: String, _ text: String, _ range: Range<Int>, _ why: String, hint: String? = nil
  ) -> Problem {
    let bytes = Array(text.utf8)
    let start = min(max(range.lowerBound, 0), bytes.count)
    let end = min(max(range.upperBound, start), bytes.count)
    let before = String(decoding: bytes[..<start], as: UTF8.self).count
    let wrong = String(decoding: bytes[start..<end], as: UTF8.self).count
    let excerpt = Problem.Excerpt(text: text, part: before..<before + wrong)
    return Problem(option, why, hint: hint, excerpt: excerpt, status: .usage)
  }

  private static func why(_ problem: PatternProblem) -> String {
    switch problem {
    case .empty: "a name is missing"
    case .emptySystem: "the system before ':' is missing"
    case .openBracket: "'[' without its ']'"
    case .unexpectedCharacter: "a blank or control character in a name"
    }
  }

  private static func words(for problem: SelectionProblem) -> (String, hint: String?) {
    switch problem {
    case .emptyItem: ("a name is missing between the commas", nil)
    case .pattern(let problem): (why(problem), nil)
    case .everything:
      (
        "there is no set of everything",
        "name sets or systems: sched,irq,block,net or SYSTEM:*; swtrace list-markers --kernel"
      )
    case .unknownName(let name, let nearest):
      (
        "no set, event, system call or marker is called '\(name)'",
        meant(nearest) ?? "swtrace list-markers lists markers, --kernel the kernel's events"
      )
    case .unknownSystem(let name, let nearest):
      (
        "no kernel system and no marker's provider is called '\(name)'",
        meant(nearest) ?? "swtrace list-markers lists markers, --kernel the kernel's events"
      )
    }
  }

  static func words(for problem: FilterProblem) -> (String, hint: String?) {
    switch problem {
    case .empty: ("there is no condition", "such as 'pid == 917 && prio < 100'")
    case .tooLong(let limit): ("longer than \(Figure.count(UInt64(limit))) bytes", nil)
    case .nestedTooDeep(let limit): ("nested deeper than \(limit) levels", nil)
    case .tooManyTerms(let limit): ("more than \(limit) terms", nil)
    case .openString: ("a quotation mark without its end", nil)
    case .openParenthesis: ("'(' without its ')'", nil)
    case .unexpectedEnd(let expected): ("it ends where \(name(expected)) should follow", nil)
    case .unexpectedText(let expected): ("\(name(expected)) should stand here", nil)
    case .badNumber: ("not a number", "numbers: 917, 0x1f, 10us, 1.5ms, 4KiB")
    case .badUnit:
      ("no such unit", "times: ns us ms s min h; sizes: B KiB MiB GiB kB MB GB")
    case .badCPUList: ("not a list of CPUs", "such as CPUS{0-3,8}")
    case .badRegex(let problem): ("regular expression: \(why(problem))", nil)
    case .badPattern(let problem): (why(problem), nil)
    case .unknownField(let name, let nearest):
      ("no event here has a field '\(name)'", meant(nearest) ?? "swtrace list-markers shows fields")
    case .unknownEvent(let name, let nearest):
      ("no event here is called '\(name)'", meant(nearest) ?? "swtrace list-markers shows events")
    case .incomparable(let field): ("'\(field)' cannot be compared in this way", nil)
    case .unknownValue(let name, let field, let nearest):
      ("'\(field)' is never '\(name)'", meant(nearest) ?? values(of: field))
    case .unknownSpan(let name, let nearest):
      ("no span here is called '\(name)'", meant(nearest) ?? "swtrace stats FILE spans shows spans")
    case .wrongUnit(takesTimes: true):
      ("a time should stand here", "times: ns us ms s min h, or nanoseconds without a unit")
    case .wrongUnit(takesTimes: false): ("this has no unit", nil)
    case .needsTraceBesideField(let term, let field):
      (
        "'\(term)' is the running thread's, which is known from a whole trace alone",
        "the field of the event itself is '\(field)'"
      )
    case .needsTrace(let term):
      ("'\(term)' can only be answered from a whole trace", "record without it, then swtrace print")
    case .needsFile(let term):
      ("'\(term)' needs a trace that can be read twice", "write it to a file first")
    case .missingColumn(let term): ("'\(term)' cannot be answered from this", nil)
    }
  }

  private static func values(of field: String) -> String {
    field == "state"
      ? "states: run, wakeup, preempt, yield, new, throttled, sleep, lock, D-io, D-other, stopped, idle"
      : "swtrace stats FILE syscalls shows system calls"
  }

  private static func name(_ expected: FilterExpectation) -> String {
    switch expected {
    case .term: "a condition"
    case .field: "a field"
    case .value: "a value"
    case .number: "a number"
    case .duration: "a time such as 10us"
    case .pattern: "a pattern"
    case .regex: "a regular expression"
    case .set: "a list in braces"
    case .cpus: "a list of CPUs in braces"
    case .parenthesis: "'('"
    case .end: "nothing more"
    case .span: "a span's name"
    case .afterEvents: "a condition after 'events :'"
    }
  }

  private static func why(_ problem: RegexProblem) -> String {
    switch problem {
    case .openGroup: "'(' without its ')'"
    case .strayParenthesis: "')' without its '('"
    case .openBracket: "'[' without its ']'"
    case .nothingToRepeat: "nothing to repeat"
    case .badRepeat: "not a number of repetitions"
    case .badRange: "a range that runs backwards"
    case .openEscape: "nothing follows the backslash"
    case .unsupported: "this is not supported"
    case .tooLarge(let limit): "larger than \(limit) states"
    case .nestedTooDeep(let limit): "nested deeper than \(limit) levels"
    }
  }

  private static func words(for problem: QuantityProblem) -> (String, hint: String?) {
    switch problem {
    case .empty: ("a value is missing", nil)
    case .badNumber: ("not a number", "times: 3s, 500ms, 2min; sizes: 16M, 4MiB, 1G")
    case .badUnit:
      ("no such unit", "times: ns us ms s min h d; sizes: B K M G KiB MiB GiB kB MB GB")
    case .outOfRange: ("too large", nil)
    case .badDate: ("not a date", "such as 2026-07-27T14:03:05Z")
    }
  }
}
