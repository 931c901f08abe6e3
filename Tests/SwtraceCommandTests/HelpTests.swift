import ArgumentParser
import Testing

@testable import SwtraceCommand

@Suite struct HelpTests {
  @Test(arguments: ManualPage.all.map(\.name))
  func `help stays as it is`(name: String) throws {
    let page = try #require(ManualPage.all.first { $0.name == name })
    let help =
      page.command == RootCommand.self
      ? RootCommand.helpMessage(columns: 80)
      : RootCommand.helpMessage(for: page.command, columns: 80)
    Golden.expect(help + "\n", "Tests/Golden/help/\(name).txt")
  }

  @Test(arguments: [
    "record", "view", "stats", "diff", "print", "list-markers", "info", "sessions", "snapshot",
    "stop", "recover", "demo",
  ])
  func `every command shows examples`(command: String) {
    let run = ProgramRun.swtrace([command, "--help"])
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(run.output.contains("EXAMPLES:\n  "))
    #expect(run.output.contains("swtrace \(command)"))
  }

  @Test func `version is one line on standard output`() {
    let run = ProgramRun.swtrace(["--version"])
    #expect(run.status == 0)
    #expect(run.output == "swtrace \(RootCommand.version)\n")
    #expect(run.errors == "")
  }

  @Test func `swtrace alone is wrong usage and says how`() {
    let run = ProgramRun.swtrace([])
    #expect(run.status == 2)
    #expect(run.output == "")
    #expect(run.errors.contains("SUBCOMMANDS:"))
  }
}
