import Glibc

/// The most memory that this program has had at once.
public enum PeakMemory {
  /// Of the program alone: what getrusage tells is of the process, with what ran in it before exec.
  public static var kibibytes: Int {
    guard let file = unsafe fopen("/proc/self/status", "r") else { return .max }
    defer { unsafe fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while unsafe fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let words = text.split { $0 == "\t" || $0 == " " || $0 == "\n" }
      if words.first == "VmHWM:", words.count > 1, let kibibytes = Int(words[1]) { return kibibytes }
    }
    return .max
  }
}
