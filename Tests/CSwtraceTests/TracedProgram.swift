import Glibc
import Synchronization

/// A program of Tests/Programs, compiled as its first comment says (`flags: ...`).
struct TracedProgram {
  /// What a program is linked with.
  enum Linking: String {
    case archive = "libswtrace.a"
    case sharedObject = "libswtrace.so"
    /// The archive whose code stops at named places (testpoint.c).
    case testpoints = "libswtrace-testpoints.a"
    case nothing = ""
  }

  let path: String

  static let package = String(
    #filePath.dropLast("/Tests/CSwtraceTests/TracedProgram.swift".utf8.count))
  static let programs = "\(package)/Tests/Programs"
  static let include = "\(package)/Sources/CSwtrace/include"
  private static let place = {
    var template = Array("/tmp/swtrace-runtime-XXXXXX".utf8CString)
    let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
      unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) }.map { unsafe String(cString: $0) }
    }
    atexit { _ = try? Command.run(["rm", "-rf", TracedProgram.placeOfAll]) }
    return made ?? "/tmp"
  }()
  static var placeOfAll: String { place }

  /// Both libraries, made as the Makefile makes them, and the one with testpoints.
  private static let runtime: Result<String, any Error> = Result {
    let script = """
      set -e; cd \(place); mkdir plain stops
      sources=\(package)/Sources/CSwtrace
      flags='-std=gnu11 -D_GNU_SOURCE -O2 -fPIC -Wall -Wextra -Werror'
      (cd plain && cc $flags -I$sources/include -c $sources/*.c)
      (cd stops && cc $flags -DSWTRACE_TESTPOINTS -I$sources/include -c $sources/*.c)
      ar rcs libswtrace.a plain/*.o
      ar rcs libswtrace-testpoints.a stops/*.o
      cc -shared -Wl,-soname,libswtrace.so -Wl,-z,defs -Wl,-z,nodelete plain/*.o -o libswtrace.so
      """
    try Command.run(["sh", "-c", script])
    return place
  }

  private static let built = Mutex<[[String]: Result<String, any Error>]>([:])

  /// Compiles `file` (C where it has no ending) once for each choice of the other arguments.
  init(
    _ file: String, compiler: String? = nil, options: [String] = [], linking: Linking = .archive
  ) throws {
    let compiler = compiler ?? (file.hasSuffix(".cc") ? "c++" : "cc")
    let key = [file, compiler, linking.rawValue] + options
    path = try Self.built.withLock { built in
      if let known = built[key] { return known }
      let made = Result {
        try Self.compile(
          file, compiler: compiler, options: options, linking: linking, number: built.count)
      }
      built[key] = made
      return made
    }.get()
  }

  private static func compile(
    _ file: String, compiler: String, options: [String], linking: Linking, number: Int
  ) throws -> String {
    let source = "\(programs)/\(file.contains(".") ? file : "\(file).c")"
    let output = "\(place)/\(file)-\(number)"
    var words = [compiler, "-O2", "-I\(include)"] + flags(of: source) + options
    words += [source, "-o", output]
    switch linking {
    case .nothing: break
    case .archive, .testpoints: words.append("\(try runtime.get())/\(linking.rawValue)")
    case .sharedObject:
      let place = try runtime.get()
      words += ["-L\(place)", "-lswtrace", "-Wl,-rpath,\(place)"]
    }
    try Command.run(words + ["-pthread"])
    return output
  }

  private static func flags(of source: String) -> [String] {
    (note("flags", in: source) ?? "none").split(separator: " ").map(String.init).filter {
      $0 != "none"
    }
  }

  /// What stands behind `word:` in the first comment of a source.
  static func note(_ word: String, in source: String) -> String? {
    for line in String(decoding: bytes(of: source), as: UTF8.self).split(separator: "\n").prefix(30)
    {
      guard let colon = line.firstIndex(of: ":"), line[..<colon].hasSuffix(" \(word)") else {
        continue
      }
      var text = line[colon...].dropFirst(2)
      if text.hasSuffix(" */") { text = text.dropLast(3) }
      return String(text)
    }
    return nil
  }

  /// Starts the program with its file in `directory`; `patterns` arm markers from its start on.
  ///
  /// `prefix` is a command that starts the program in other surroundings.
  func start(
    _ arguments: [String] = [], in directory: ScratchDirectory, recording patterns: String? = nil,
    buffer: String = "4M", environment: [String] = [], prefix: [String] = []
  ) throws -> Command {
    var variables = ["SWTRACE_DIR=\(directory.path)", "SWTRACE_BUFFER=\(buffer)"] + environment
    if let patterns { variables.append("SWTRACE_RECORD=\(patterns)") }
    return try Command(prefix + [path] + arguments, environment: variables)
  }

  /// Runs the program to its end, armed from its start on, and reads what it left.
  func run(
    _ arguments: [String] = [], recording patterns: String? = "*", buffer: String = "4M",
    environment: [String] = [], prefix: [String] = [], reading: LeftTrace.Reading = .events
  ) throws -> (end: Command.End, trace: LeftTrace) {
    let scratch = ScratchDirectory()
    let command = try start(
      arguments, in: scratch, recording: patterns, buffer: buffer, environment: environment,
      prefix: prefix)
    let end = try command.wait()
    return (end, try LeftTrace(in: scratch.path, reading))
  }
}
