/// The names that somebody who mistyped a word probably meant.
package enum NearestNames {
  /// At most `limit` of `candidates`, nearest first; none where nothing is near.
  package static func of(
    _ word: String, among candidates: some Sequence<String>, limit: Int = 3
  ) -> [String] {
    let wanted = letters(word)
    guard !wanted.isEmpty else { return [] }
    let reach = max(1, min(4, wanted.count / 3))
    var found: [(distance: Int, extra: Int, name: String)] = []
    for name in Set(candidates) {
      let letters = letters(name)
      let extra = abs(letters.count - wanted.count)
      if extra <= reach {
        let distance = distance(wanted, letters)
        if distance <= reach {
          found.append((distance, extra, name))
          continue
        }
      }
      if wanted.count >= 3, contains(letters, wanted) { found.append((reach, extra, name)) }
    }
    found.sort { ($0.distance, $0.extra, $0.name) < ($1.distance, $1.extra, $1.name) }
    return found.prefix(limit).map(\.name)
  }

  private static func letters(_ text: String) -> [UInt8] {
    text.utf8.prefix(128).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
  }

  private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    guard part.count <= bytes.count else { return false }
    return (0...bytes.count - part.count).contains { bytes[$0...].starts(with: part) }
  }

  /// Letters inserted, left out, replaced or swapped with their neighbour.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var older = [Int](repeating: 0, count: right.count + 1)
    var old = Array(0...right.count)
    for row in left.indices {
      var new = [row + 1]
      for column in right.indices {
        var best = min(old[column + 1] + 1, new[column] + 1)
        best = min(best, old[column] + (left[row] == right[column] ? 0 : 1))
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, older[column - 1] + 1)
        }
        new.append(best)
      }
      older = old
      old = new
    }
    return old[right.count]
  }
}
