/// Tests/Programs/session.c: does to a program's file what a recorder does.
enum TestRecorder {
  private static func words() throws -> [String] {
    [try TracedProgram("session", options: ["-std=gnu11"], linking: .nothing).path]
  }

  /// Compiles it ahead, where a program waits for it but a moment.
  static func prepare() throws {
    _ = try words()
  }

  /// Publishes a session that needs no recorder, which starting processes join; its file.
  @discardableResult
  static func publish(_ patterns: String, in directory: ScratchDirectory, bytes: Int = 1 << 20)
    throws -> String
  {
    String(
      try Command.run(words() + ["make", directory.path, patterns, "\(bytes)"]).dropLast())
  }

  /// Takes a slot of a live process, backs `extents` of 256 KiB, switches on; the slot.
  static func attach(
    to file: String, _ patterns: String, extents: Int = 4, mayPopulate: Bool = false
  ) throws -> Int {
    let text = try Command.run(
      words() + ["attach", file, patterns, "\(extents)"],
      environment: mayPopulate ? ["SESSION_POPULATE=1"] : [])
    guard let slot = text.split(whereSeparator: \.isWhitespace).last.flatMap({ Int($0) }) else {
      throw Command.Failure(description: text)
    }
    return slot
  }

  static func switchOff(_ file: String, slot: Int) throws {
    try Command.run(words() + ["off", file, "\(slot)"])
  }

  /// Sets bit 31 of every switch: whoever hits looks whether it is a child.
  static func askToRegister(_ file: String) throws {
    try Command.run(words() + ["reregister", file])
  }

  /// Attaches, reads and gives chunks back until the process is gone.
  static func drain(_ file: String, _ patterns: String, sequence: String, extents: Int = 16)
    throws -> Command
  {
    try Command(
      words() + ["drain", file, patterns, "\(extents)"],
      environment: ["SESSION_SEQUENCE=\(sequence)"])
  }
}
