/// Numbers of CPUs, written as the kernel writes them: `0-3,8`.
package struct CPUList: Hashable, Sendable, CustomStringConvertible {
  package var numbers: [Int]

  package init(_ numbers: [Int]) {
    self.numbers = numbers
  }

  init(mask: some Sequence<UInt64>) {
    numbers = []
    for (word, bits) in mask.enumerated() {
      for bit in 0..<64 where bits >> bit & 1 == 1 { numbers.append(word * 64 + bit) }
    }
  }

  /// Reads `0-3,8`; nil where it is something else.
  package init?(_ text: some StringProtocol) {
    numbers = []
    for part in text.split(separator: ",") {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      switch ends.count {
      case 1:
        guard let only = ends[0], only >= 0 else { return nil }
        numbers.append(only)
      case 2:
        guard let first = ends[0], let last = ends[1], first >= 0, first <= last, last < 65536
        else { return nil }
        numbers.append(contentsOf: first...last)
      default: return nil
      }
    }
  }

  package var description: String {
    var text = ""
    var index = 0
    while index < numbers.count {
      var last = index
      while last + 1 < numbers.count, numbers[last + 1] == numbers[last] + 1 { last += 1 }
      if !text.isEmpty { text += "," }
      text += index == last ? "\(numbers[index])" : "\(numbers[index])-\(numbers[last])"
      index = last + 1
    }
    return text
  }

  /// The CPUs that are running now.
  package static func online(sys: String = "/sys") -> CPUList {
    CPUList(ProcFile.text("\(sys)/devices/system/cpu/online")) ?? CPUList([0])
  }
}
