internal import CLinux
internal import Events
internal import Glibc
internal import ProgramTracing

/// Recordings as `sessions` prints them.
struct SessionList {
  /// A recorder that wrote nothing down for so long has stalled.
  private static let patience: UInt64 = 2_000_000_000

  let sessions: [FoundRecorder]
  /// CLOCK_REALTIME in nanoseconds.
  let now: UInt64

  init(_ sessions: [FoundRecorder], now: UInt64) {
    self.sessions = sessions
    self.now = now
  }

  static var now: UInt64 { swtrace_linux_nanoseconds(CLOCK_REALTIME) }

  static func state(_ session: FoundRecorder) -> String {
    guard session.isAlive else { return "dead" }
    return session.silence > patience && session.status.updated > 0 ? "stalled" : "recording"
  }

  private func age(_ session: FoundRecorder) -> UInt64 {
    now > session.status.created ? now - session.status.created : 0
  }

  private static func modes(_ mode: RecorderStatus.Mode) -> [String] {
    let words: [(RecorderStatus.Mode, String)] = [
      (.kernel, "kernel"), (.markers, "markers"), (.flightRecorder, "flight"),
      (.rotating, "rotating"), (.detached, "detached"),
    ]
    return words.filter { mode.contains($0.0) }.map(\.1)
  }

  var text: String {
    guard !sessions.isEmpty else { return "nothing is being recorded\n" }
    let titles = ["NAME", "OWNER", "STATE", "MODE", "AGE", "EVENTS", "LOST", "PID", "TRACE"]
    let rows = sessions.map { session in
      [
        TerminalText.escaped(session.status.name), UserAccount.name(of: session.status.user),
        Self.state(session), Self.modes(session.status.mode).joined(separator: "+"),
        TimeSpan(nanoseconds: Int64(clamping: age(session))).text,
        Figure.count(session.status.events), Figure.count(session.status.lost),
        "\(session.status.process)",
        session.status.output.isEmpty || session.status.mode.contains(.flightRecorder)
          ? "-" : TerminalText.escaped(session.status.output),
      ]
    }
    let widths = titles.indices.map { column in
      ([titles] + rows).map { $0[column].count }.max() ?? 0
    }
    var text = ""
    for row in [titles] + rows {
      let cells = row.enumerated().map { column, cell in
        if column == row.count - 1 { return cell }
        return (4...7).contains(column)
          ? cell.padded(left: widths[column]) : cell.padded(to: widths[column])
      }
      text += cells.joined(separator: "  ") + "\n"
    }
    return text
  }

  var json: [UInt8] {
    var json = JSONText()
    json.object { json in
      json.pair("version", 1)
      json.key("sessions")
      json.array { json in for session in sessions { append(session, to: &json) } }
    }
    json.endLine()
    return json.bytes
  }

  private func append(_ session: FoundRecorder, to json: inout JSONText) {
    let status = session.status
    json.object { json in
      json.pair("name", status.name)
      json.pair("owner", UserAccount.name(of: status.user))
      json.pair("uid", status.user)
      json.pair("pid", status.process)
      json.pair("state", Self.state(session))
      json.key("mode")
      json.array { json in for mode in Self.modes(status.mode) { json.string(mode) } }
      json.pair("start_unix_ns", status.created)
      json.pair("age_ns", age(session))
      json.pair("events", status.events)
      json.pair("lost", status.lost)
      json.pair("bytes", status.bytes)
      json.pair("output", status.output)
    }
  }
}
