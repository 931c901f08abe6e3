import Analysis
import Testing

@testable import Viewer

@Suite struct KeyBindingsTests {
  @Test func `without a file keys are those of the table`() throws {
    let keys = KeyBindings()
    for command in Command.all {
      #expect(keys.names(of: command) == command.keys.map(\.name))
      for screen in command.screens {
        for key in command.keys { #expect(keys.command(key, on: screen)?.name == command.name) }
      }
    }
    #expect(!keys.areOwn)
    #expect(try !KeyBindings("# nothing\n\n").areOwn)
  }

  @Test func `a line gives a command the keys that it names, and no others`() throws {
    let keys = try KeyBindings("# mine\nzoom.in\tX F5\n  zoom.out w\r\n")
    for key in ["X", .function(5)] as [Key] {
      #expect(keys.command(key, on: .cpu)?.name == "zoom.in")
    }
    #expect(keys.command("w", on: .cpu)?.name == "zoom.out")
    #expect(keys.command("s", on: .cpu) == nil)
    let zoom = try #require(Command.all.first { $0.name == "zoom.in" })
    #expect(keys.names(of: zoom) == ["X", "F5"])
    #expect(keys.areOwn)
  }

  @Test func `a key that is taken away is no longer shown with its old command`() throws {
    let keys = try KeyBindings("zoom.in j")
    let down = try #require(Command.all.first { $0.name == "row.down" })
    #expect(!keys.names(of: down).contains("j"))
    #expect(keys.command("j", on: .cpu)?.name == "zoom.in")
  }

  @Test func `a command without keys is offered by its name alone`() throws {
    let keys = try KeyBindings("mark")
    let mark = try #require(Command.all.first { $0.name == "mark" })
    #expect(keys.names(of: mark).isEmpty)
    #expect(keys.command("m", on: .cpu) == nil)
  }

  @Test(arguments: [
    ("zoom.inn w", 1, KeyFileProblem.Kind.unknownCommand("zoom.inn")),
    ("#\nzoom.in Foo", 2, .unknownKey("Foo")),
    ("zoom.in w\n\nzoom.in s", 3, .boundTwice("zoom.in", line: 1)),
    ("zoom.in x\nzoom.out x", 2, .takenKey("x", by: "zoom.in")),
    ("zoom.in F13", 1, .unknownKey("F13")),
    ("zoom.in a,b", 1, .unknownKey("a,b")),
  ])
  func `what is wrong is told with its line`(text: String, line: Int, kind: KeyFileProblem.Kind) {
    #expect(throws: KeyFileProblem(line: line, kind: kind)) { try KeyBindings(text) }
  }

  @Test func `own keys work, and help and hints show them`() throws {
    var view = SyntheticView.view(
      try SyntheticView.timeline(), keys: try KeyBindings("zoom.in X\nhelp ?"))
    let before = view.state.window
    view.press("X")
    #expect(view.state.window.length < before.length)
    #expect(view.settledFrame().lines[39].contains(" X in "))
    let help = view.helpLines(width: 110)
    #expect(help.contains { $0.contains("  X ") })
    #expect(help.contains { $0.contains(".config/swtrace/keys") })
  }
}
