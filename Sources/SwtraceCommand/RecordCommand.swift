internal import ArgumentParser

/// `swtrace record`: the machine, or a command on it, into a trace.
struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Record kernel and program events into a trace.",
    usage: "swtrace record [options] [--] [command [argument ...]]",
    discussion: manual.helpText)

  @OptionGroup(title: "What is recorded") var events: EventOptions
  @OptionGroup(title: "Whose events") var scope: ScopeOptions
  @OptionGroup(title: "When it ends") var end: EndOptions
  @OptionGroup(title: "Where to, and at what cost") var output: OutputOptions
  @OptionGroup(title: "Sessions that last") var lasting: LastingOptions

  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp("The command to run and its arguments.", valueName: "command"))
  var words: [String] = []

  /// The command to run, without the `--` before it.
  var command: [String] {
    (words.first == "--" ? Array(words.dropFirst()) : words).map(OptionalValues.asTyped)
  }

  /// Refuses an option that `record` does not know; the argument parser takes the first such word
  /// for the command.
  func refuseUnknownOption() throws {
    guard let first = words.first, first.hasPrefix("-"), first != "-", first != "--" else { return }
    switch first {
    case "-h", "--help": throw CleanExit.helpRequest(RecordCommand.self)
    case "--version": throw CleanExit.message(RootCommand.configuration.version)
    default: throw Words.unknownRecordOption(first)
    }
  }
}

/// Which events are recorded.
struct EventOptions: ParsableArguments {
  @Option(
    name: [.customShort("e", allowingJoined: true), .customLong("event")],
    help: ArgumentHelp(
      "What to record; replaces the default. Repeatable.",
      discussion: """
        Commas separate; '+irq' adds to the default, '^syscalls' removes from it. A bare word is \
        a set (sched, syscalls, irq, block, net, timer, work, power, mm), an event \
        (sched_switch), a system call (openat) or a marker; SYSTEM:EVENT may have globs. \
        Default: sched,irq,block,syscalls and every marker.
        """, valueName: "list"))
  var event: [String] = []

  @Flag(name: .customLong("no-kernel"), help: "Record no kernel events.")
  var noKernel = false

  @Flag(name: .customLong("no-markers"), help: "Record no markers of programs.")
  var noMarkers = false

  @Option(
    help: ArgumentHelp(
      "Record only events that match; done in the kernel where it can be.", valueName: "expr"))
  var filter: String?
}

/// Whose events are recorded.
struct ScopeOptions: ParsableArguments {
  @Option(
    name: [.customShort("p", allowingJoined: true), .customLong("pid")],
    help: ArgumentHelp(
      "Only these processes and their descendants (see --only). Repeatable.", valueName: "pid"))
  var pid: [String] = []

  @Option(
    name: [.customShort("t", allowingJoined: true), .customLong("tid")],
    help: ArgumentHelp("Only these threads (see --only). Repeatable.", valueName: "tid"))
  var tid: [String] = []

  @Option(
    name: [.customShort("u", allowingJoined: true), .customLong("uid")],
    help: ArgumentHelp(
      "Only the processes of these users (see --only). Repeatable.", valueName: "user"))
  var uid: [String] = []

  @Flag(
    help: ArgumentHelp(
      "System calls and markers of the command or the given processes only.",
      discussion: """
        Scheduling, interrupts and disk stay machine-wide: the cause of a wait is usually \
        somebody else.
        """))
  var only = false

  @Flag(help: "Nothing at all but the command or the given processes.")
  var isolate = false

  @Flag(
    name: .customShort("a"),
    help: "The whole machine: the default, also with a command. Accepted for those used to it.")
  var all = false

  @Option(
    name: [.customShort("C", allowingJoined: true), .customLong("cpu")],
    help: ArgumentHelp("Only these CPUs: 0-3,8.", valueName: "list"))
  var cpu: [String] = []

  @Option(
    name: .customLong("user"),
    help: ArgumentHelp(
      "Run the command as that user; without a command the same as --uid.", valueName: "name"))
  var user: String?
}

/// When a recording ends, and with which status.
struct EndOptions: ParsableArguments {
  @Option(
    name: [.customShort("d", allowingJoined: true), .customLong("duration")],
    help: ArgumentHelp(
      "Stop after this time: 3s, 500ms, 2min. The command goes on.", valueName: "time"))
  var duration: String?

  @Flag(name: .customLong("kill"), help: "End the command when --duration is over.")
  var kill = false

  @Option(
    name: .customLong("max-size"),
    help: ArgumentHelp(
      "Stop when the trace is that large. Default: while 5 % of the disk is still free.",
      valueName: "size"))
  var maxSize: String?

  @Flag(
    name: .customLong("fail-on-loss"),
    help: "Exit with 1 (125 with a command) where events were lost.")
  var failOnLoss = false
}

/// Where a recording goes and what it may cost.
struct OutputOptions: ParsableArguments {
  @Option(
    name: [.customShort("o", allowingJoined: true), .customLong("output")],
    help: ArgumentHelp(
      "The trace; an existing one is kept as FILE.old. '-' is standard output.",
      valueName: "file"),
    completion: .file(extensions: ["swt"]))
  var output = "trace.swt"

  @Option(
    name: [.customShort("b", allowingJoined: true), .customLong("buffer-size")],
    help: ArgumentHelp("The kernel's buffer of each CPU. Default: 4MiB.", valueName: "size"))
  var bufferSize: String?

  @Option(
    help: ArgumentHelp("Of the threads that empty the buffers.", valueName: "low|normal|high"),
    completion: .list(["low", "normal", "high"]))
  var priority = "high"

  @Flag(
    name: .customLong("quiet-host"),
    help: "No system calls, normal priority: for machines that must not feel it.")
  var quietHost = false

  @Flag(
    name: [.customShort("q"), .customLong("quiet")],
    help: "Print nothing but errors.")
  var quiet = false
}

/// Sessions with a name, in memory, for long.
struct LastingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("A name for this session. Default: a generated one.", valueName: "name"))
  var session: String?

  @Flag(
    name: .customLong("flight-recorder"),
    help: ArgumentHelp(
      "Keep the newest events in memory and write nothing until a snapshot.",
      discussion: """
        --flight-recorder=SIZE says how much memory (default: 64MiB). Snapshots are written by \
        swtrace snapshot; and to FILE, FILE.2 and so on: on SIGUSR1, when the command fails, and \
        with --snapshot-when.
        """))
  var flightRecorder = false

  @Option(name: .customLong("flight-recorder-size"), help: .hidden)
  var flightRecorderSize: String?

  @Option(
    name: .customLong("snapshot-when"),
    help: ArgumentHelp(
      "Write a snapshot when an event matches, at most every ten seconds.", valueName: "expr"))
  var snapshotCondition: String?

  @Option(
    help: ArgumentHelp(
      "Begin another trace when this one is that large: FILE, FILE.2 and so on.",
      discussion: """
        With COUNT only so many are kept, the newest. Each of them opens alone. With \
        --flight-recorder these are its snapshots, each with the newest events that fit.
        """, valueName: "size[,count]"))
  var rotate: String?

  @Flag(
    help: ArgumentHelp(
      "Go on in the background, when the terminal is closed, too.",
      discussion: "record returns as soon as recording has begun; swtrace stop ends it."))
  var detach = false
}

extension RecordCommand {
  /// The long names of all options, out of their own declarations.
  static var optionNames: [String] {
    helpMessage(columns: 1000).split { " ,\n".contains($0) }.map(String.init)
      .filter { $0.hasPrefix("--") && $0.count > 2 }
  }
}
