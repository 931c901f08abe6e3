/// Options whose value may be left out, `--histogram` and `--histogram=log`: the parser knows no such
/// options, so that it is given another one for those with a value.
enum OptionalValues {
  private static let forms = [
    (typed: "--flight-recorder=", parsed: "--flight-recorder-size="),
    (typed: "--histogram=", parsed: "--histogram-scale="),
  ]

  /// An argument as the parser takes it.
  static func asParsed(_ word: String) -> String {
    for (typed, parsed) in forms where word.hasPrefix(typed) && word != typed {
      return parsed + word.dropFirst(typed.count)
    }
    return word
  }

  static func asTyped(_ word: String) -> String {
    for (typed, parsed) in forms where word.hasPrefix(parsed) {
      return typed + word.dropFirst(parsed.count)
    }
    return word
  }
}
