import Glibc
import Testing

/// An event that a traced program left in its file, as Tests/Programs/reader.c prints it.
struct LeftEvent {
  let thread: Int
  let ticks: UInt64
  let name: String
  /// `field=value`, with blanks between them.
  let fields: String

  /// The value of a field whose text contains no blank.
  func field(_ name: String) -> String? {
    for field in fields.split(separator: " ") where field.hasPrefix("\(name)=") {
      return String(field.dropFirst(name.utf8.count + 1))
    }
    return nil
  }
}

/// A run of the executable TracedSwift, with what it printed and recorded.
struct SwiftProgram {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let output: String
  let events: [LeftEvent]
  /// The reader's counts: events, losses, damage.
  let total: String

  /// Runs the program; `patterns` arms markers in it from its first constructor on.
  init(_ arguments: [String], recording patterns: String?) throws {
    let directory = try Self.temporaryDirectory()
    defer { _ = try? Self.run("/bin/rm", ["-rf", directory]) }
    var environment = ["SWTRACE_DIR=\(directory)", "SWTRACE_BUFFER=16M"]
    if let patterns { environment.append("SWTRACE_RECORD=\(patterns)") }
    output = try Self.run(Self.executable, arguments, environment)
    let text = try Self.run(Self.reader(), [directory])
    var events: [LeftEvent] = []
    var total = ""
    for line in text.split(separator: "\n") {
      if line.hasPrefix("total ") { total = String(line) }
      let parts = line.split(separator: " ", maxSplits: 6, omittingEmptySubsequences: false)
      guard parts.count >= 6, parts[0] == "event", let thread = Int(parts[1]),
        let ticks = UInt64(parts[3])
      else { continue }
      events.append(
        LeftEvent(
          thread: thread, ticks: ticks, name: String(parts[5]),
          fields: parts.count > 6 ? String(parts[6]) : ""))
    }
    self.events = events
    self.total = total
  }

  /// Built beside the tests.
  static let executable: String = {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = unsafe readlink("/proc/self/exe", &path, path.count - 1)
    let bytes = path.prefix(max(0, length)).map { UInt8(bitPattern: $0) }
    var parts = String(decoding: bytes, as: UTF8.self).split(
      separator: "/", omittingEmptySubsequences: false)
    parts.removeLast()
    return parts.joined(separator: "/") + "/TracedSwift"
  }()

  static var products: String { String(executable.dropLast("/TracedSwift".count)) }

  /// The folder of the package.
  static let package: String = {
    String(#filePath.dropLast("/Tests/SwtraceTests/SwiftProgram.swift".count))
  }()

  private static let built: Result<String, any Error> = Result {
    let path = try temporaryDirectory() + "/reader"
    _ = try run("/usr/bin/env", ["cc", "-w", "-o", path, "\(package)/Tests/Programs/reader.c"])
    return path
  }

  private static func reader() throws -> String { try built.get() }

  static func temporaryDirectory() throws -> String {
    var template = Array("/tmp/swtrace-test-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw Failure(description: "mkdtemp") }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Runs a command to its end and returns what it printed; throws unless it exits with `status`.
  static func run(
    _ path: String, _ arguments: [String], _ extra: [String] = [], status expected: Int32 = 0
  ) throws -> String {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw Failure(description: "pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
    var inherited: [String] = []
    var entry = unsafe environ
    while let text = unsafe entry.pointee {
      let variable = unsafe String(cString: text)
      if !variable.hasPrefix("SWTRACE_") { inherited.append(variable) }
      unsafe entry += 1
    }
    let argv = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
    let envp = unsafe (inherited + extra).map { unsafe strdup($0) } + [nil]
    defer { unsafe (argv + envp).forEach { unsafe free($0) } }
    var pid: pid_t = 0
    let spawned = unsafe posix_spawn(&pid, path, &actions, nil, argv, envp)
    close(ends[1])
    guard spawned == 0 else { throw Failure(description: "\(path): errno \(spawned)") }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = unsafe read(ends[0], &buffer, buffer.count)
      guard count > 0 else { break }
      output += buffer.prefix(count)
    }
    var status: Int32 = 0
    unsafe waitpid(pid, &status, 0)
    let text = String(decoding: output, as: UTF8.self)
    guard status == expected << 8 else {
      throw Failure(description: "\(path) \(arguments): status \(status)\n\(text)")
    }
    return text
  }
}
