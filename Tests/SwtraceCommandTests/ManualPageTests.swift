import ArgumentParser
import Testing

@testable import SwtraceCommand

@Suite struct ManualPageTests {
  @Test(arguments: ManualPage.all.map(\.name))
  func `manual page says what the command declares`(name: String) throws {
    let page = try #require(ManualPage.all.first { $0.name == name })
    Golden.expect(try page.text(), "man/\(name).1")
  }

  @Test(arguments: [
    (CompletionShell.bash, "swtrace.bash"), (.zsh, "_swtrace"), (.fish, "swtrace.fish"),
  ])
  func `completions say what the commands declare`(shell: CompletionShell, file: String) {
    Golden.expect(RootCommand.completionScript(for: shell) + "\n", "completions/\(file)")
  }

  @Test func `every visible command has a page`() {
    let visible = RootCommand.configuration.subcommands.filter { $0.configuration.shouldDisplay }
    #expect(visible.count + 1 == ManualPage.all.count)
    for command in visible {
      #expect(ManualPage.all.contains { $0.command == command })
    }
  }

  @Test func `text of ours is none of man's own`() {
    #expect(ManualPage.roff(".SH a-b\\c 'd'") == "\\&.SH a\\-b\\ec \\(aqd\\(aq")
  }
}
