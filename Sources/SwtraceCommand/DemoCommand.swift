internal import ArgumentParser

/// `swtrace demo`: a small marked program in trouble, recorded.
struct DemoCommand: ParsableCommand {
  static let manual = Manual(
    summary: """
      A small marked program with a lock convoy, slow disk writes and a CPU hog runs for \
      three seconds and is recorded; what was found is printed, and on a terminal shown at the \
      worst span. Needs no root.
      """,
    examples: [
      ("swtrace demo", "run and record it for three seconds; needs no root"),
      ("sudo swtrace demo", "with the kernel's events: why things waited"),
      ("swtrace demo --no-view", "only record it"),
    ],
    sections: [
      Manual.Section(
        "THE PROGRAM",
        [
          .text(
            """
            A small marked program of swtrace's own serves requests for three seconds: threads \
            that queue for one lock, writes that wait for the disk, and a thread that burns \
            the CPU beside them. It is recorded, with the kernel where that is allowed, and \
            what was found is printed. On a terminal the trace is then shown by \
            swtrace-view(1), at the worst span.
            """)
        ]),
      Manual.exitStatus,
    ],
    seeAlso: ["swtrace(1)", "swtrace-record(1)", "swtrace-view(1)", "swtrace.h(3)"])

  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Record a small marked program that is in trouble.",
    usage: "swtrace demo [options]",
    discussion: manual.helpText)

  @Option(
    name: [.customShort("o", allowingJoined: true), .customLong("output")],
    help: ArgumentHelp("The trace that is written.", valueName: "file"),
    completion: .file(extensions: ["swt"]))
  var output = "demo.swt"

  @Flag(inversion: .prefixedNo, help: "Show the trace when it is recorded, on a terminal.")
  var view = true
}
