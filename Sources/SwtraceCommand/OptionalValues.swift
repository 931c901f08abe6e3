/// Options whose value may be left out, `--histogram` and `--histogram=log`: the parser knows no such
/// options, so that it is given another one for those with a value.
enum OptionalValues {
  private static let forms = [
    (typed: "--flight-recorder=", parsed: "--flight-recorder-size="),
    (typed: "--histogram=", parsed: "--histogram-scale="),
  ]

  /// An argument as the parser takes it.
  static func asParsed(_ word: String) -> String {
    for (typed, parsed) in forms where word.hasPrefix(typed) {
      return parsed + word.dropFirst(typed.count)
    }
    return word
  }

  /// What the parser says, with the options as they are typed.
  static func message(_ text: String) -> String {
    forms.reduce(text) { $0.replacing($1.parsed.dropLast(), with: $1.typed) }
  }

  static func asTyped(_ word: String) -> String {
    for (typed, parsed) in forms where word.hasPrefix(parsed) {
      return typed + word.dropFirst(parsed.count)
    }
    return word
  }
}
