import ArgumentParser
import Testing

@testable import SwtraceCommand

@Suite struct RecordCommandTests {
  private func parse(_ line: String) throws -> RecordCommand {
    let command = try RootCommand.parseAsRoot(line.split(separator: " ").map(String.init))
    return try #require(command as? RecordCommand)
  }

  @Test func `options after the command belong to the command`() throws {
    let record = try parse("record -d 3s ls -d --pid 3 -- x --help")
    #expect(record.end.duration == "3s")
    #expect(record.scope.pid == [])
    #expect(record.command == ["ls", "-d", "--pid", "3", "--", "x", "--help"])
  }

  @Test func `two dashes end the options`() throws {
    #expect(try parse("record -- -odd -d").command == ["-odd", "-d"])
    #expect(try parse("record --").command == [])
    #expect(try parse("record -q -- ls -- x").command == ["ls", "--", "x"])
  }

  @Test func `values may be joined to short options`() throws {
    let record = try parse("record -d500ms -p917 -p 3,4 -eirq -e +net -C0-1 -b1M -o- -uroot -t9")
    #expect(record.end.duration == "500ms")
    #expect(record.scope.pid == ["917", "3,4"])
    #expect(record.scope.tid == ["9"])
    #expect(record.scope.uid == ["root"])
    #expect(record.scope.cpu == ["0-1"])
    #expect(record.events.event == ["irq", "+net"])
    #expect(record.output.bufferSize == "1M")
    #expect(record.output.output == "-")
    #expect(record.command == [])
  }

  @Test func `every option of the manual is there`() throws {
    let record = try parse(
      "record -a --only --isolate --no-kernel --no-markers --filter x --priority low --quiet-host "
        + "--max-size 1G --session s --user u --fail-on-loss --kill --duration 1s --quiet "
        + "--event e --pid 1 --tid 2 --uid 3 --cpu 0 --buffer-size 1M --output f")
    #expect(record.scope.all && record.scope.only && record.scope.isolate)
    #expect(record.events.noKernel && record.events.noMarkers)
    #expect(record.events.filter == "x")
    #expect(record.output.priority == "low" && record.output.quietHost && record.output.quiet)
    #expect(record.end.maxSize == "1G" && record.end.failOnLoss && record.end.kill)
    #expect(record.lasting.session == "s" && record.scope.user == "u")
    #expect(record.scope.uid == ["3"])
    #expect(record.output.output == "f")
  }

  @Test(arguments: ["--bogus", "--detached", "-Z"])
  func `an option that is not there is refused`(option: String) throws {
    let record = try parse("record \(option) ls")
    #expect(throws: Problem.self) { try record.refuseUnknownOption() }
  }

  @Test func `option names come from the declarations`() {
    let names = RecordCommand.optionNames
    #expect(names.contains("--fail-on-loss") && names.contains("--event"))
    #expect(!names.contains("--"))
  }
}
