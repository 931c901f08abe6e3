/// Names by number; 0 is the unknown one, and what is too much.
struct NameTable {
  private static let most = 1 << 16

  private(set) var texts: [[UInt8]] = [[]]
  private var numbers: [[UInt8]: UInt32] = [[]: 0]

  mutating func intern(_ name: [UInt8]) -> UInt32 {
    if let known = numbers[name] { return known }
    guard texts.count < Self.most else { return 0 }
    let number = UInt32(texts.count)
    texts.append(name)
    numbers[name] = number
    return number
  }
}

/// Sets of CPUs that threads may run on, by number.
struct AffinityTable {
  private static let most = 1 << 12

  private var numbers: [[UInt8]: Int32] = [:]
  private var sets: [[ClosedRange<Int>]] = []

  /// The number of an affinity like `0-3,8`; -1 where it says nothing.
  mutating func intern(_ text: [UInt8]) -> Int32 {
    if let known = numbers[text] { return known }
    guard sets.count < Self.most else { return -1 }
    let ranges = Self.ranges(text)
    let number = ranges.isEmpty ? -1 : Int32(sets.count)
    if number >= 0 { sets.append(ranges) }
    if numbers.count < Self.most { numbers[text] = number }
    return number
  }

  /// Whether a thread of this affinity may run on a CPU; false where it is not known.
  func allows(_ affinity: Int32, cpu: Int) -> Bool {
    affinity >= 0 && sets[Int(affinity)].contains { $0.contains(cpu) }
  }

  /// The CPUs of an affinity.
  func ranges(_ affinity: Int32) -> [ClosedRange<Int>] {
    affinity >= 0 && Int(affinity) < sets.count ? sets[Int(affinity)] : []
  }

  private static func ranges(_ text: [UInt8]) -> [ClosedRange<Int>] {
    var ranges: [ClosedRange<Int>] = []
    for part in text.split(separator: UInt8(ascii: ",")) {
      let ends = part.split(separator: UInt8(ascii: "-")).map { number in
        Int(String(decoding: number, as: UTF8.self))
      }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, first >= 0, first <= last,
        ends.count <= 2
      else { return [] }
      ranges.append(first...last)
    }
    return ranges
  }
}
