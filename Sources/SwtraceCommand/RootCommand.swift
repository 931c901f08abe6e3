internal import ArgumentParser
internal import Events

/// `swtrace` itself: the subcommands and the version.
struct RootCommand: ParsableCommand {
  static let version = SwtraceVersion.text

  static let manual = Manual(
    summary: """
      Kernel and program events on one clock, in one small file: who ran, who waited, and \
      why.
      """,
    examples: [
      ("sudo swtrace record -d 3s", "record the whole machine for three seconds"),
      ("swtrace record -- make -j8", "record a command and everything that runs beside it"),
      ("swtrace view", "the timeline, opened at the worst wait"),
      ("swtrace stats", "what was slow and why, how busy, what was lost"),
      ("swtrace diff base.swt new.swt", "what became slower, and in which state"),
      ("swtrace print --from 1.2s --to 1.3s", "a tenth of a second of the trace, event by event"),
      ("swtrace info", "what can be recorded on this machine"),
    ],
    sections: [
      Manual.Section(
        "FILES",
        [
          .item("./trace.swt", "The trace that is written and read where no other is named."),
          .item("/sys/kernel/tracing", "The kernel's tracing files; see swtrace-record(1)."),
          .item("/dev/shm", "Buffers of marked programs while they are recorded."),
        ]),
      Manual.environment,
      Manual.exitStatus,
    ],
    seeAlso: [
      "swtrace-record(1)", "swtrace-view(1)", "swtrace-stats(1)", "swtrace-diff(1)",
      "swtrace-list-markers(1)",
      "swtrace-print(1)", "swtrace-info(1)", "swtrace-sessions(1)", "swtrace-snapshot(1)",
      "swtrace-stop(1)", "swtrace-recover(1)", "swtrace-demo(1)", "swtrace.h(3)",
      "swtrace-file(5)", "swtrace(7)",
    ])

  static let configuration = CommandConfiguration(
    commandName: "swtrace",
    abstract: "Record what a Linux machine and its programs do, and show it.",
    discussion: manual.helpText,
    version: "swtrace \(version)",
    subcommands: [
      RecordCommand.self, ViewCommand.self, StatsCommand.self, DiffCommand.self, PrintCommand.self,
      ListMarkersCommand.self, InfoCommand.self, SessionsCommand.self, SnapshotCommand.self,
      StopCommand.self, RecoverCommand.self, DemoCommand.self, DemoProgram.self,
    ])

  func run() throws {
    var output = StandardOutput(descriptor: 2)
    output.write(Self.helpMessage(columns: Terminal.helpColumns))
    output.write("\n")
    _ = output.finish()
    throw ExitCode(ExitStatus.usage.rawValue)
  }
}
