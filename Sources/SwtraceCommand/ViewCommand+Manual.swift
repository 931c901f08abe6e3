internal import Viewer

extension ViewCommand {
  static let manualSections: [Manual.Section] =
    [
      Manual.Section(
        "SCREENS",
        [
          .item("1 CPU", "Who has which CPU, with interrupts below it, and how many threads wait."),
          .item(
            "2 Thread",
            "Processes and threads: states, the CPU, system calls, spans by depth, counters."),
          .item(
            "3 Events", "Every event, with all of its fields; what was lost stands in its place."),
          .item("4 Stats", "The tables of swtrace-stats(1) for A-B, or for the window."),
        ])
    ] + keySections + [
      Manual.Section(
        "LANES",
        [
          .text(
            """
            A column that is in one state all through shows its sign; one change is drawn at its \
            eighth of the column; where there are several, the height is the share of what took \
            most of the time in which there was something to do. Colours never tell alone.
            """),
          .literal(
            """
            █ runs    ▒ runnable    D disk    d blocked in the kernel    L lock    T stopped
            Q kept from running by its control group's CPU quota
            · asleep or idle    ↑ woken    ⇄ on another CPU    ╱ not known
            ╳ events were lost    ░ not read yet
            """),
        ]),
      Manual.Section(
        "MOUSE",
        [
          .text(
            """
            A click selects, on the header and the hint line it does what it says; dragging marks \
            A-B; the wheel zooms over the timeline, scrolls over the labels and pans over ruler \
            and overview. F2 gives the mouse back to the terminal.
            """)
        ]),
      Manual.Section(
        "FILES",
        [
          .item(
            "FILE.marks",
            """
            Marks, names, pins, filter and the last place, in plain text; beside the trace where \
            that directory is the user's own, else ~/.cache/swtrace/TRACE-ID.marks.
            """),
          .item(
            "FILE.levels",
            """
            What the first view of a trace of a million events or more made of it, beside the \
            marks, so that the next one need not read all of it; at most a quarter of the trace \
            or 8 MiB. It can be removed at any time. Recording and stats do not make it: that \
            takes a second for every 15 million events or so, many traces are never looked at, \
            and the first frame does not wait for it.
            """),
          .item(
            "~/.config/swtrace/keys",
            """
            Keys of one's own: in each line a command, as it is named above in parentheses, and \
            all of its keys. Lines that begin with # are comments. XDG_CONFIG_HOME is heeded.
            """),
          .literal(
            """
            zoom.in   w Up
            palette   Ctrl-P :
            """),
        ]),
      Manual.Section(
        "ENVIRONMENT",
        [
          .item(
            "SWTRACE_THEME",
            """
            auto, dark, light, contrast, cvd, mono or perfetto. The theme that is used without it \
            can be told apart by colour-blind eyes.
            """),
          .item("SWTRACE_GLYPHS", "full, blocks or ascii; without it what the terminal can show."),
          .item(
            "NO_COLOR", "Where it is set and not empty: bold, reversed and underlined text only."),
          .item(
            "SSH_CONNECTION",
            """
            Where it is set, Esc acts after 250 ms, else after 25 ms: slow lines take the bytes of \
            one key apart. GNU screen passes Esc on with the next key while it hears the mouse.
            """),
          .item(
            "TERM",
            """
            A terminal that cannot move its cursor, as dumb, gets the first screen as text; \
            --print gives any other.
            """),
        ]),
      Manual.exitStatus,
    ]

  /// Out of the one table of commands.
  private static var keySections: [Manual.Section] {
    Command.Section.allCases.map { section in
      Manual.Section(
        "KEYS: \(section.rawValue.uppercased())",
        Command.all.filter { $0.section == section }.map { command in
          let keys = command.keys.map(\.name).joined(separator: " ")
          let only = command.where == "1,2,3,4" ? "" : " Screens \(command.where)."
          return .item(keys, "\(command.help.capitalisedFirst).\(only) (\(command.name))")
        })
    }
  }
}

extension String {
  fileprivate var capitalisedFirst: String {
    guard let first = first else { return self }
    return first.uppercased() + dropFirst()
  }
}
