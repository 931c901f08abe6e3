import Glibc
import Testing

/// Expected texts in files.
///
/// With SWTRACE_RECORD=1 in the environment they are written, not compared.
enum Golden {
  /// The package's folder.
  static let root = String(
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
      .joined(separator: "/"))

  private static let isRecording =
    unsafe getenv("SWTRACE_RECORD").map { unsafe String(cString: $0) } == "1"

  /// Compares `text` with the file at `path` below the package's folder.
  static func expect(
    _ text: String, _ path: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let full = "\(root)/\(path)"
    if isRecording {
      #expect(TextFile.write(text, full), "cannot write \(path)", sourceLocation: sourceLocation)
      return
    }
    guard let expected = TextFile.read(full) else {
      Issue.record("\(path) is missing: SWTRACE_RECORD=1 makes it", sourceLocation: sourceLocation)
      return
    }
    guard text != expected else { return }
    let (new, old) = (
      text.split(separator: "\n", omittingEmptySubsequences: false),
      expected.split(separator: "\n", omittingEmptySubsequences: false)
    )
    let line = zip(new, old).prefix { $0 == $1 }.count
    Issue.record(
      """
      \(path) differs from line \(line + 1) on (SWTRACE_RECORD=1 writes it anew)
      expected: \(line < old.count ? old[line] : "nothing more")
      is:       \(line < new.count ? new[line] : "nothing more")
      """, sourceLocation: sourceLocation)
  }
}

enum TextFile {
  static func read(_ path: String) -> String? {
    bytes(path).map { String(decoding: $0, as: UTF8.self) }
  }

  static func bytes(_ path: String) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let got = unsafe Glibc.read(descriptor, &piece, piece.count)
      if got <= 0 { return got == 0 ? bytes : nil }
      bytes.append(contentsOf: piece[..<got])
    }
  }

  static func write(_ text: String, _ path: String) -> Bool { write(Array(text.utf8), path) }

  static func write(_ bytes: [UInt8], _ path: String) -> Bool {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return unsafe bytes.isEmpty || Glibc.write(descriptor, bytes, bytes.count) == bytes.count
  }
}

/// A folder of a test's own, removed with everything in it at the end.
struct Scratch: ~Copyable {
  let path: String

  init() throws {
    var template = Array("/tmp/swtrace-test-XXXXXX".utf8)
    template.append(0)
    let made = unsafe template.withUnsafeMutableBytes { buffer in
      guard let start = buffer.baseAddress else { return false }
      return unsafe mkdtemp(start.assumingMemoryBound(to: CChar.self)) != nil
    }
    try #require(made)
    path = String(decoding: template.dropLast(), as: UTF8.self)
  }

  deinit {
    _ = ProgramRun.run("/bin/rm", ["-rf", path])
  }
}
