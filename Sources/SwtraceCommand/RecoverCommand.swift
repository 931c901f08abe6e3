internal import ArgumentParser
internal import Events
internal import Glibc
internal import ProgramTracing
internal import Recording

/// `swtrace recover`: what killed recorders and unrecorded programs left, as a trace.
struct RecoverCommand: ParsableCommand {
  static let manual = Manual(
    summary: """
      Makes a trace of what was left in buffers: by a recorder that was killed, by programs \
      that SWTRACE_RECORD armed and no recorder came to, by a program that dumped core.
      """,
    examples: [
      ("sudo swtrace recover /run/swtrace", "what a killed recorder of root's left"),
      ("swtrace recover /dev/shm/swtrace-1000", "what programs of user 1000 left"),
      ("swtrace recover core.917 -o crash.swt", "the last events of a program that crashed"),
    ],
    sections: [
      Manual.Section(
        "PATH",
        [
          .item(
            "a directory",
            """
            Of leftovers: /run/swtrace (root's sessions), /dev/shm/swtrace-UID (a user's \
            sessions and programs), or $SWTRACE_DIR. Dead sessions are those whose recorder no \
            longer holds its lock. With the directory of one's own sessions go the kernel's \
            unread pages of killed recorders, and what a later record saved before it cleared \
            them away (the newest eight). What is in the trace is removed from the directory.
            """),
          .item(
            "a file",
            "The file of one program (process-PID-…), or a trace whose recorder was killed."),
          .item(
            "a core dump",
            """
            ELF, 64 bits. By default the kernel leaves shared memory that has a name out of \
            core dumps: echo 0x3b > /proc/PID/coredump_filter, before, puts it in.
            """),
        ]),
      Manual.Section(
        "WHAT IS THERE",
        [
          .text(
            """
            Every event whose marker had returned before the end, with the names of its \
            program and fields; one that was being written is counted as lost.
            """),
          .text(
            """
            The chunk that each thread was filling (4 to 256 KiB) is taken whole: what the \
            killed recorder had written of it stands in its trace, too, with the same thread \
            and time. Nothing else is there twice. What the recorder had taken out of full \
            chunks and had not yet written, half a second's at most, died with it.
            """),
        ]),
      Manual.exitStatus,
    ],
    seeAlso: ["swtrace(1)", "swtrace-record(1)", "swtrace-sessions(1)", "swtrace(7)"])

  static let configuration = CommandConfiguration(
    commandName: "recover",
    abstract: "Make a trace of what was left in buffers.",
    usage: "swtrace recover path [-o file]",
    discussion: manual.helpText)

  @Argument(
    help: "A directory of leftovers, a program's file, a trace without an end, or a core dump.",
    completion: .file())
  var path: String

  @Option(
    name: [.customShort("o", allowingJoined: true), .customLong("output")],
    help: ArgumentHelp(
      "The trace; an existing one is kept as FILE.old.", valueName: "file"),
    completion: .file(extensions: ["swt"]))
  var output = "recovered.swt"

  mutating func run() throws {
    if output.isEmpty { throw Words.wrongValue("-o", "''", "the name of the trace is empty") }
    var options = RecordingOptions()
    options.output = .file(output)
    options.owner = UserAccount.behindSudo
    let outcome: Recovery.Outcome
    do throws(RecordingError) {
      outcome = try Recovery.run(path: path, into: options)
    } catch {
      throw Words.problem(error, options: options)
    }
    for program in outcome.dropped.prefix(4) { Words.problem(program.reason).show() }
    guard !outcome.isEmpty else { throw Words.nothingLeft(path) }
    var text = StandardOutput()
    text.write(
      "\(TerminalText.escaped(output))  \(Figure.count(outcome.events, "event"))  "
        + "\(ByteCount(bytes: outcome.bytes).text)  "
        + "\(Figure.count(UInt64(outcome.processes), "process"))  "
        + "lost \(Figure.count(outcome.lost))\n")
    try text.close()
  }
}
