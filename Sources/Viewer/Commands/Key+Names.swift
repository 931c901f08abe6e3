extension Key {
  /// Keys by their names, between commas, or letters side by side; nil where a name is none.
  package static func keys(in text: String) -> [Key]? {
    guard text.utf8.count <= 65_536 else { return nil }
    if !text.contains(","), named[text] == nil {
      return text.unicodeScalars.map { .character($0) }
    }
    var keys: [Key] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let word = String(part)
      if let key = named[word] {
        keys.append(key)
      } else if word.hasPrefix("Ctrl-"), word.unicodeScalars.count == 6,
        let letter = word.lowercased().unicodeScalars.last
      {
        keys.append(.control(letter))
      } else if word.hasPrefix("F"), let number = Int(word.dropFirst()), (1...12).contains(number) {
        keys.append(.function(number))
      } else if word.isEmpty {
        keys.append(",")
      } else {
        keys += word.unicodeScalars.map { .character($0) }
      }
    }
    return keys
  }

  /// A key by its name, or by the letter on it.
  init?(word: String) {
    if word == "," {
      self = ","
    } else if !word.contains(","), let keys = Key.keys(in: "\(word),"), keys.count == 2 {
      self = keys[0]
    } else {
      return nil
    }
  }

  private static let named: [String: Key] = {
    var named: [String: Key] = [
      "Up": .up, "Down": .down, "Left": .left, "Right": .right, "Comma": ",",
    ]
    for key in [
      .up, .down, .left, .right, .home, .end, .pageUp, .pageDown, .insert, .delete, .backspace,
      .enter, .tab, .backTab, .escape, " ",
    ] as [Key] { named[key.name] = key }
    return named
  }()
}
