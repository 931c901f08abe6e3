import Glibc
import Testing

/// Programs without the library: the markers vanish.
@Suite struct DisabledTests {
  /// Compiles disabled.c in a folder of its own, where only the header may stand; the object's path.
  private func build(
    _ compiler: String, in scratch: ScratchDirectory, header: Bool, options: [String]
  ) throws -> String {
    let source = "\(scratch.path)/\(compiler.hasSuffix("++") ? "disabled.cc" : "disabled.c")"
    try Command.run(["cp", "\(TracedProgram.programs)/disabled.c", source])
    if header { try Command.run(["cp", "\(TracedProgram.include)/swtrace.h", scratch.path]) }
    let object = "\(scratch.path)/disabled.o", program = "\(scratch.path)/disabled"
    try Command.run(
      [compiler] + options + ["-Wall", "-Wextra", "-Werror", "-O2", "-c", source, "-o", object])
    try Command.run([compiler, object, "-o", program])
    return object
  }

  private func containsMarkers(_ path: String) -> Bool {
    let text = Array("swtrace".utf8), all = bytes(of: path)
    #expect(!all.isEmpty)
    return all.indices.dropLast(text.count).contains {
      all[$0] == text[0] && all[$0..<($0 + text.count)].elementsEqual(text)
    }
  }

  @Test(arguments: ["gcc", "clang", "g++", "clang++"].filter(Command.exists))
  func `the header alone builds, links nothing and leaves no trace of markers`(compiler: String)
    throws
  {
    let scratch = ScratchDirectory()
    let object = try build(compiler, in: scratch, header: true, options: [])
    #expect(!containsMarkers(object))
    #expect(try Command.run(["\(scratch.path)/disabled"]) == "evaluated 0\n")
  }

  @Test(arguments: ["gcc", "clang", "g++", "clang++"].filter(Command.exists))
  func `SWTRACE_DISABLE does the same beside the library's headers`(compiler: String) throws {
    let scratch = ScratchDirectory()
    let object = try build(
      compiler, in: scratch, header: false,
      options: ["-I\(TracedProgram.include)", "-DSWTRACE_DISABLE"])
    #expect(!containsMarkers(object))
    #expect(try Command.run(["\(scratch.path)/disabled"]) == "evaluated 0\n")
  }

  @Test func `with the library the same program has markers, off until somebody records`() throws {
    let program = try TracedProgram("disabled")
    #expect(containsMarkers(program.path))
    let off = try program.run(recording: nil)
    #expect(off.end.output == "evaluated 0\n")
    #expect(off.trace.processes.isEmpty)
    let on = try program.run()
    #expect(on.end.output == "evaluated 4\n")
    let names = try on.trace.process.names
    #expect(
      names == [
        "vanish:none": 1, "vanish:event": 1, "vanish:pair": 2, "vanish:level": 1, "vanish:scope": 2,
      ])
  }
}
