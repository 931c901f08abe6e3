internal import Events
internal import Recording

/// Values of options, read with the errors that belong to them.
enum Quantity {
  static func time(_ text: String, option: String) throws(Problem) -> TimeSpan {
    let span: TimeSpan
    do {
      span = try TimeSpan(parsing: text)
    } catch {
      throw Words.problem(error, option: option)
    }
    if span.nanoseconds <= 0 { throw Words.wrongValue(option, text, "must be longer than nothing") }
    return span
  }

  static func size(
    _ text: String, option: String, _ allowed: ClosedRange<UInt64>
  ) throws(Problem) -> UInt64 {
    let size: ByteCount
    do {
      size = try ByteCount(parsing: text)
    } catch {
      throw Words.problem(error, option: option)
    }
    guard allowed.contains(size.bytes) else {
      let least = ByteCount(bytes: allowed.lowerBound).binaryText
      let most = ByteCount(bytes: allowed.upperBound).binaryText
      throw Words.wrongValue(
        option, text,
        size.bytes < allowed.lowerBound ? "at least \(least)" : "at most \(most)")
    }
    return size.bytes
  }

  static func place(_ text: String, option: String) throws(Problem) -> TimePoint {
    do {
      return try TimePoint(parsing: text)
    } catch {
      throw Words.problem(error, option: option)
    }
  }

  /// Numbers of processes or threads, separated by commas.
  static func numbers(_ texts: [String], option: String) throws(Problem) -> [Int32] {
    var numbers: [Int32] = []
    for text in texts {
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        guard let number = Int32(part), number > 0 else {
          throw Words.wrongNumber(option, part.isEmpty ? text : String(part))
        }
        numbers.append(number)
      }
    }
    return numbers
  }

  static func cpus(_ texts: [String], option: String) throws(Problem) -> [Int] {
    let online = CPUList.online().numbers
    var chosen: Set<Int> = []
    for text in texts {
      guard let list = CPUList(text), !list.numbers.isEmpty else {
        throw Words.wrongValue(option, text, "not a list of CPUs", hint: "such as 0-3,8")
      }
      for number in list.numbers where !online.contains(number) {
        throw Words.wrongValue(
          option, text, "CPU \(number) is not online", hint: "online: \(CPUList(online))")
      }
      chosen.formUnion(list.numbers)
    }
    return chosen.sorted()
  }
}

/// Names of sessions: they become parts of paths.
enum SessionName {
  static func isAllowed(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    guard let first = bytes.first, bytes.count < 64, first != UInt8(ascii: ".") else {
      return false
    }
    return bytes.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
  }
}
