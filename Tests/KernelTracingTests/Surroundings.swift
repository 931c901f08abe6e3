import CLinux
import Events
import Glibc

@testable import KernelTracing

/// Files that tests read: the project's fixtures, corpora beside the project, this machine.
enum Surroundings {
  static let fixtures = parent(of: parent(of: #filePath)) + "/Fixtures"

  /// The first `shared/corpora` beside the project or above it.
  static let corpora: String? = {
    var directory = parent(of: #filePath)
    while !directory.isEmpty {
      let candidate = directory + "/shared/corpora"
      if TracefsFiles.isDirectory(candidate) { return candidate }
      directory = parent(of: directory)
    }
    return nil
  }()

  static let debianPages = corpora.map { $0 + "/ringbuffer-pages/debian12-6.1.192" }
  static let hasCorpora =
    corpora != nil && run("command -v tar") != nil && run("command -v zstd") != nil

  /// This machine's tracefs, where instances can be made in it.
  static let tracefs: Tracefs? = {
    guard let tracefs = try? Tracefs.locate(mounting: false) else { return nil }
    // Another test of this process may be probing at this moment.
    for _ in 0..<50 {
      if tracefs.probe().canRecord { return tracefs }
      usleep(20_000)
    }
    return nil
  }()

  static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  static func bytes(_ path: String) throws -> [UInt8] { try TracefsFiles.bytes(path) }
  static func text(_ path: String) throws -> String { try TracefsFiles.text(path) }

  /// What a shell command wrote to its standard output; nil where it failed.
  static func run(_ command: String) -> [UInt8]? {
    guard let pipe = unsafe popen(command, "r") else { return nil }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe fread(&part, 1, part.count, pipe)
      if count == 0 { break }
      bytes.append(contentsOf: part[..<count])
    }
    return unsafe pclose(pipe) == 0 ? bytes : nil
  }

  /// A directory of a test's own.
  static func scratchDirectory() -> String {
    var template = Array("/tmp/swtrace-test-XXXXXX".utf8CString)
    guard let path = unsafe mkdtemp(&template) else { return "/tmp" }
    return unsafe String(cString: path)
  }

  static func write(_ text: String, to path: String) {
    let directories = path.split(separator: "/").dropLast()
    var directory = ""
    for part in directories {
      directory += "/" + part
      unsafe mkdir(directory, 0o755)
    }
    guard let file = unsafe fopen(path, "w") else { return }
    unsafe fputs(text, file)
    unsafe fclose(file)
  }

  static func remove(_ directory: String) {
    _ = run("rm -rf '\(directory)'")
  }
}

/// An instance with a name of its own, removed when the test is over.
final class ScratchInstance {
  let tracing: TracingInstance

  init(_ tracefs: Tracefs, _ purpose: String) throws {
    tracing = try tracefs.createInstance("swtrace-test-\(purpose)-\(getpid())")
    try tracing.stop()
  }

  deinit {
    try? tracing.disableAll()
    // A process that another test is about to start holds what is open here until its exec.
    for _ in 0..<500 {
      if (try? tracing.remove()) != nil { return }
      usleep(10_000)
    }
  }

  /// Decodes all that can be read now of a CPU.
  func drain(cpu: Int, _ decoder: inout PageDecoder, atMost pages: Int = 100_000) throws -> Int {
    let pipe = try tracing.openPages(cpu: cpu)
    var buffer = [UInt8](repeating: 0, count: pipe.pageBytes)
    var count = 0
    for _ in 0..<pages {
      let length = try unsafe buffer.withUnsafeMutableBytes { try unsafe pipe.read(into: $0) }
      if length == 0 { break }
      unsafe count += decoder.decode(buffer.span.bytes.extracting(0..<length)).events
    }
    return count
  }
}
