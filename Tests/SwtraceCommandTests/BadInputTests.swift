import Glibc
import Testing

@testable import SwtraceCommand

/// What is given for a trace and is none: one clear line, exit 1.
@Suite struct BadInputTests {
  @Test(arguments: ["print", "info"])
  func `what is no trace is refused in one line`(command: String) throws {
    let scratch = try Scratch()
    let folder = scratch.path
    #expect(TextFile.write("", folder + "/empty.swt"))
    #expect(TextFile.write("not a trace at all\n", folder + "/text.swt"))
    #expect(TextFile.write([UInt8](repeating: 0, count: 100_000), folder + "/zeros.swt"))
    unsafe mkdir(folder + "/folder.swt", 0o755)
    for (file, why) in [
      ("empty.swt", "empty, not a trace"), ("text.swt", "not a trace of swtrace"),
      ("zeros.swt", "not a trace of swtrace"), ("folder.swt", "a directory, not a trace"),
    ] {
      let run = ProgramRun.swtrace([command, file], in: folder)
      #expect(run.status == 1)
      #expect(run.output == "")
      #expect(run.errors == "swtrace: \(file): \(why)\n")
    }
  }

  @Test(arguments: ["print", "info"])
  func `a trace that is not there`(command: String) throws {
    let scratch = try Scratch()
    let run = ProgramRun.swtrace([command, "no.swt"], in: scratch.path)
    #expect(run.status == 1)
    #expect(
      run.errors == """
        swtrace: no.swt: No such file or directory
        hint: 'swtrace record' makes a trace; name another FILE

        """)
  }

  @Test(
    .enabled(
      if: geteuid() == 0 && nobody(["--version"]).status == 0,
      "needs root, and a build that everybody may run"),
    arguments: ["print", "info"])
  func `a trace that may not be read`(command: String) throws {
    let scratch = try Scratch()
    let path = scratch.path + "/secret.swt"
    #expect(TextFile.write("secret", path))
    unsafe chmod(path, 0o000)
    unsafe chmod(scratch.path, 0o755)
    let run = Self.nobody([command, path])
    #expect(run.status == 1)
    #expect(run.errors == "swtrace: \(path): Permission denied\n")
  }

  /// Runs swtrace as a user who may nothing.
  private static func nobody(_ arguments: [String]) -> ProgramRun {
    ProgramRun.run(
      "/usr/bin/setpriv",
      ["--reuid=65534", "--regid=65534", "--clear-groups", ProgramRun.swtrace] + arguments)
  }

  @Test(arguments: ["print", "info"])
  func `standard input that is no trace`(command: String) {
    let nothing = ProgramRun.swtrace([command, "-"])
    #expect(nothing.status == 1)
    #expect(nothing.errors == "swtrace: standard input: not a trace of swtrace\n")
    let text = ProgramRun.swtrace([command, "-"], input: Array("hello\n".utf8))
    #expect(text.status == 1)
    #expect(text.errors == "swtrace: standard input: not a trace of swtrace\n")
  }

  @Test func `markers of what is no program`() throws {
    let scratch = try Scratch()
    #expect(TextFile.write("text", scratch.path + "/text"))
    let run = ProgramRun.swtrace(["list", "--file", "text"], in: scratch.path)
    #expect(run.status == 1)
    #expect(run.errors == "swtrace: text: not a program or library (ELF)\n")
  }
}
