import Glibc

/// The most memory that this program has had at once.
public enum PeakMemory {
  /// Of the program alone: what getrusage tells is of the process, with what ran in it before exec.
  public static var kibibytes: Int {
    guard let file = unsafe fopen("/proc/self/status", "r") else { return .max }
    defer { unsafe fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while unsafe fgets(&line, Int32(line.count), file) != nil {
      let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      let words = bytes.split { $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: " ") }
      guard words.count > 1, words[0].elementsEqual("VmHWM:".utf8) else { continue }
      return Int(String(decoding: words[1], as: UTF8.self)) ?? .max
    }
    return .max
  }
}
