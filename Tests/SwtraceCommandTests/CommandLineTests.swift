import Events
import Testing

@testable import SwtraceCommand

/// Wrong usage of the real program, as text.
@Suite struct CommandLineTests {
  @Test(arguments: [
    ("unknown-command", ["recrod"]),
    ("unknown-command-far", ["frobnicate"]),
    ("unknown-option", ["record", "--durration", "3s"]),
    ("unknown-option-of-print", ["print", "--form", "json"]),
    ("missing-value", ["record", "-d"]),
    ("peer-call-graph", ["record", "-g", "--", "true"]),
    ("peer-frequency", ["record", "-F", "99", "true"]),
    ("peer-frequency-joined", ["record", "-F99", "true"]),
    ("peer-period", ["record", "-c", "1000", "true"]),
    ("peer-raw", ["record", "-R", "true"]),
    ("peer-tracer", ["record", "-p", "function", "true"]),
    ("flight-recorder", ["record", "--flight-recorder", "-o", "-"]),
    ("flight-recorder-size", ["record", "--flight-recorder=1M"]),
    ("rotate-count", ["record", "--rotate", "1M,none"]),
    ("snapshot-when", ["record", "--snapshot-when", "prio < 5"]),
    ("stop-nothing", ["stop"]),
    ("too-many-files", ["print", "a", "b"]),
    ("control-characters", ["record", "--\u{1b}[31mred"]),
    ("bad-duration", ["record", "-d", "3x"]),
    ("no-duration", ["record", "-d", "0"]),
    ("bad-size", ["record", "-b", "12 parsecs"]),
    ("small-buffer", ["record", "-b", "1"]),
    ("bad-priority", ["record", "--priority", "hi"]),
    ("bad-session", ["record", "--session", "../evil"]),
    ("bad-cpus", ["record", "-C", "a-b"]),
    ("bad-pid", ["record", "-p", "1,,2"]),
    ("no-such-pid", ["record", "-p", "4194305"]),
    ("no-such-user", ["record", "-u", "nobody-of-this-name"]),
    ("no-such-user-to-run-as", ["record", "--user", "nobody-of-this-name", "--", "true"]),
    ("only-nobody", ["record", "--only"]),
    ("isolate-nobody", ["record", "--isolate"]),
    ("kill-without-duration", ["record", "--kill", "true"]),
    ("kill-without-command", ["record", "--kill", "-d", "1s"]),
    ("nothing-to-record", ["record", "--no-kernel", "--no-markers"]),
    ("empty-event", ["record", "-e", "sched,,irq"]),
    ("all-events", ["record", "-e", "all"]),
    ("event-bracket", ["record", "-e", "irq,app:[a-"]),
    ("empty-output", ["record", "-o", ""]),
    ("print-format", ["print", "--format", "xml"]),
    ("print-from", ["print", "--from", "soon"]),
    ("print-share", ["print", "--to", "200%"]),
    ("info-check", ["info", "--check"]),
    ("info-format", ["info", "--format", "yaml"]),
    ("list-two-sources", ["list-markers", "--kernel", "--file", "x"]),
    ("list-pattern", ["list", "app:[x"]),
  ])
  func `wrong usage is told in a line with a hint`(name: String, arguments: [String]) {
    let run = ProgramRun.swtrace(arguments)
    #expect(run.status == 2)
    #expect(run.output == "")
    #expect(run.errors.hasPrefix("swtrace: "))
    #expect(!run.errors.contains("\u{1b}"))
    Golden.expect(
      "$ swtrace \(TerminalText.escaped(arguments.joined(separator: " ")))\n\(run.errors)",
      "Tests/Golden/usage/\(name).txt")
  }

  @Test func `a CPU that is not there is told with those that are`() {
    let run = ProgramRun.swtrace(["record", "-C", "0,65000"])
    #expect(run.status == 2)
    #expect(
      run.errors.hasPrefix("swtrace: --cpu 0,65000: CPU 65000 is not online\nhint: online: 0"))
  }

  @Test func `colours need a terminal`() {
    let run = ProgramRun.swtrace(["record", "-g"], environment: ["TERM=xterm-256color"])
    #expect(!run.errors.contains("\u{1b}"))
  }
}
