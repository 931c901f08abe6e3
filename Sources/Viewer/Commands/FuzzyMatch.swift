/// How well typed letters fit a name.
enum FuzzyMatch {
  /// Nil where the letters do not all occur in their order; more is better.
  static func score(_ typed: String, in name: String) -> Int? {
    let letters = Array(typed.lowercased().unicodeScalars)
    let text = Array(name.lowercased().unicodeScalars)
    guard letters.count <= text.count else { return nil }
    if let whole = firstIndex(of: letters, in: text) {
      let isStart = whole == 0 || !text[whole - 1].properties.isAlphabetic
      return 1000 + (isStart ? 500 : 0) - min(whole, 200) - min(text.count, 200)
    }
    var score = 0
    var place = 0
    var last = -1
    for letter in letters {
      while place < text.count, text[place] != letter { place += 1 }
      guard place < text.count else { return nil }
      if last >= 0 { score -= min(place - last - 1, 20) }
      if place == 0 || !text[place - 1].properties.isAlphabetic { score += 10 }
      last = place
      place += 1
    }
    return score - min(text.count, 100)
  }

  static func contains(_ part: String, in text: String) -> Bool {
    firstIndex(of: Array(part.unicodeScalars), in: Array(text.unicodeScalars)) != nil
  }

  private static func firstIndex(of part: [Unicode.Scalar], in text: [Unicode.Scalar]) -> Int? {
    guard part.count <= text.count else { return nil }
    return (0...text.count - part.count).first { start in
      text[start..<start + part.count].elementsEqual(part)
    }
  }
}
