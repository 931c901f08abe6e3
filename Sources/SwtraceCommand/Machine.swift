internal import Glibc

/// The machine that swtrace runs on.
enum Machine {
  /// As `uname -m` prints it.
  static var architecture: String { name(\.machine) }

  /// As `uname -r` prints it.
  static var kernelRelease: String { name(\.release) }

  private static func name<Field>(_ field: KeyPath<utsname, Field>) -> String {
    var names = utsname()
    guard unsafe uname(&names) == 0 else { return "" }
    return unsafe withUnsafeBytes(of: names[keyPath: field]) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
