internal import Analysis
internal import Events

/// What is wrong with what `diff` was asked for.
extension Words {
  static func diffNeedsFile(_ path: String) -> Problem {
    Problem(
      path, "two traces are compared from files: their ends have to be known",
      hint: "write it to a file first", status: .usage)
  }

  static func tableWithoutDurations(_ name: String) -> Problem {
    let (why, hint) =
      switch name {
      case "waits":
        (
          "blame belongs to waits that one trace was asked for",
          "compare spans or states; then 'swtrace stats FILE waits' of each trace"
        )
      case "periods":
        (
          "periods belong to expressions that one trace was asked for",
          "compare spans; or 'swtrace stats FILE periods' of each trace"
        )
      default:
        (
          "has no durations that could be compared",
          "tables: \(SlicedTrace.tables.joined(separator: ", "))"
        )
      }
    return Problem(name, why, hint: hint, status: .usage)
  }

  /// An assertion that cannot be meant.
  static func problem(_ problem: ConditionProblem, _ text: String, _ range: Range<Int>) -> Problem {
    let quantities = "p50, p90, p95, p99, p99.9, avg, max, rate"
    let example = "such as 'p99 < +20 %' or 'http:request: p50 < 2ms'"
    let (why, hint): (String, String?) =
      switch problem {
      case .empty: ("there is no condition", example)
      case .badPattern: ("no pattern of names before ':'", example)
      case .unknownQuantity(let nearest):
        ("no such quantity", meant(nearest) ?? "quantities: \(quantities)")
      case .noOperator: ("<, <=, > or >= should stand here", example)
      case .noLimit: ("a limit should follow", example)
      case .badLimit: ("not a limit", "a share of change such as +20 %, or a time such as 2ms")
      case .needsTime:
        ("a greatest value cannot be compared by share", "a time such as 50ms, or p99.9")
      case .needsNumber: ("not a limit of a rate", "a share such as -10 %, or a number a second")
      case .outOfRange: ("too large", nil)
      }
    return marked("--assert", text, range, why, hint: hint)
  }
}
