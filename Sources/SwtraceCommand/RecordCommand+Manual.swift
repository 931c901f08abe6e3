internal import Events

extension RecordCommand {
  static let manual = Manual(
    summary: """
      Records the whole machine until the command ends, Ctrl-C is typed, or --duration is \
      over. Options come before the command; what follows its name belongs to it.
      """,
    examples: [
      ("sudo swtrace record -d 3s", "the whole machine for three seconds, into ./trace.swt"),
      ("sudo swtrace record -- make -j8", "a command and everything that runs beside it"),
      ("sudo swtrace record --only -p 917", "system calls and markers of one process"),
      ("swtrace record --no-kernel -e 'app:*' ./server", "markers alone; needs no root"),
      (
        "sudo swtrace record -e +net,^syscalls -d 10s",
        "the default with the network and without system calls"
      ),
      (
        "sudo swtrace record --flight-recorder --session box --detach",
        "the newest events in 64 MiB of memory, until swtrace snapshot box"
      ),
      (
        "sudo swtrace record -e syscalls -o - | swtrace print -", "system calls as they happen"
      ),
    ],
    sections: [
      Manual.Section(
        "SETS",
        EventSet.all.map(item) + [
          .text(
            """
            The default is \(EventSelection.defaultList) and every marker. There is no set of \
            everything. SYSTEM: or SYSTEM:* is the kernel's system of that name, SYSTEM:EVENT \
            one event or, with *, ? and [...], several; what swtrace list-markers prints can be \
            given as it stands. What this kernel does not have is left out and told.
            """)
        ]),
      Manual.Section(
        "RECORDING",
        [
          .text(
            """
            Whether the kernel can be traced is found out by trying its files, not by who one \
            is: a tracefs that is mounted with gid= works without root. Without the kernel the \
            markers of one's own programs are recorded, and one line says so. Where there is \
            nothing to record at all, no file is written. With --no-kernel record waits for \
            marked programs to start.
            """),
          .text(
            """
            The command runs with the terminal, the standard streams and the signals of \
            record itself. When --duration is over, the trace is closed and the command goes \
            on; its status is passed on when it ends. With --kill it is ended.
            """),
          .text(
            """
            Ctrl-C ends the recording; a second one leaves what is still waiting in the file \
            as it came from the kernel, and swtrace reads it from there.
            """),
          .text(
            """
            Where encoding falls behind, up to 256 MiB wait in memory, and what comes then is \
            written as it came from the kernel. Where a control group or ulimit -v limits the \
            memory of record, a quarter of that waits, and programs get a quarter at most.
            """),
          .text(
            """
            An existing FILE is kept as FILE.old. The file is made with mode 0600; under sudo \
            it belongs to the user who called sudo. A recording stops by itself while 5 % of \
            the disk is still free.
            """),
          .text(
            """
            -p, -t and -u imply --only: system calls and markers are those of the processes \
            and their descendants, while scheduling, interrupts and disk stay those of the \
            whole machine. With --isolate nothing else is recorded, and some questions can no \
            longer be answered: why a thread waited is usually known from somebody else's \
            events.
            """),
          .text(
            """
            -p, -t and -u take what runs when recording begins. The command, and children of \
            marked programs, are in it from their first constructor on; a marked program that \
            another one of these processes starts is in it as soon as it has been found, some \
            milliseconds later.
            """),
        ]),
      Manual.Section(
        "SESSIONS THAT LAST",
        [
          .text(
            """
            With --flight-recorder nothing is written: the newest events of the kernel and of \
            programs stay, encoded, in a ring in memory that survives the recorder. What falls \
            out is counted. swtrace snapshot NAME writes what is there, cut at one moment for \
            both, while recording goes on. By itself the recorder writes FILE, FILE.2 and so on: \
            on SIGUSR1, when the command ends with a status other than 0, and when an event \
            matches --snapshot-when.
            """),
          .text(
            """
            With --rotate the trace is many: FILE, FILE.2 (trace.2.swt) and so on, each with \
            all that explains it. Of a flight recorder they are the snapshots that it writes by \
            itself, each with the newest events that fit in SIZE; swtrace snapshot writes all. \
            With --detach record returns when recording has begun, and \
            goes on without a terminal until swtrace stop, --duration or the command's end. Where \
            logind ends the processes of a user at the last logout (KillUserProcesses), start it \
            with systemd-run --scope.
            """),
        ]),
      Manual.Section(
        "WHAT IS PRINTED",
        [
          .text(
            """
            When the recording has ended: duration, events, bytes, processes, what was lost \
            and where, what recording cost; how busy the CPUs were over time; and up to three \
            findings, the things that waited longest and why. While it runs, a line on the \
            terminal shows events, bytes and losses. -q prints nothing but errors; with -o - \
            everything goes to standard error.
            """)
        ]),
      Manual.Section(
        "EXIT STATUS",
        [
          .item("0", "Good; also when Ctrl-C ended a recording without a command."),
          .item("1", "Failure, without a command; also where --fail-on-loss finds a loss."),
          .item("2", "Wrong usage."),
          .item("125", "With a command: record itself failed, or --fail-on-loss found a loss."),
          .item("126", "The command was found but cannot be executed."),
          .item("127", "The command was not found."),
          .text(
            "Otherwise the command's own status, or 128 + n where signal n ended it."),
        ]),
      Manual.environment,
    ],
    seeAlso: ["swtrace(1)", "swtrace-list-markers(1)", "swtrace-print(1)", "swtrace-info(1)"])

  /// A set with its events, grouped by their systems.
  private static func item(_ set: EventSet) -> Manual.Section.Part {
    var systems: [(name: String, events: [String])] = []
    for member in set.members {
      let system = member.system?.text ?? "*"
      if systems.last?.name == system {
        systems[systems.count - 1].events.append(member.name.text)
      } else {
        systems.append((system, [member.name.text]))
      }
    }
    let events = systems.map { "\($0.name): \($0.events.joined(separator: ", "))" }
    return .item(set.name, "\(set.summary).\n\(events.joined(separator: "; ")).")
  }
}
