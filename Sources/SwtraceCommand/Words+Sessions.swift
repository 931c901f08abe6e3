internal import Glibc
internal import ProgramTracing

/// What can go wrong with sessions that run, in words.
extension Words {
  static func noSuchSession(_ name: String, among names: [String]) -> Problem {
    Problem(
      name, "no such session",
      hint: nearest(name, among: names)
        ?? (names.isEmpty ? "nothing is being recorded" : "swtrace sessions lists them"))
  }

  static func deadSession(_ name: String) -> Problem {
    Problem(
      name, "its recorder was killed; there is nothing to end",
      hint: "swtrace recover gets what it left")
  }

  static func manySessions(_ name: String, of users: [String]) -> Problem {
    Problem(
      name, "a session of this name is recorded by \(users.joined(separator: " and by "))",
      hint: "--user NAME says whose", status: .usage)
  }

  static func nothingLeft(_ path: String) -> Problem {
    Problem(path, "nothing was left here", hint: "swtrace sessions lists what is being recorded")
  }

  static func noFlightRecorder(_ name: String) -> Problem {
    Problem(
      name, "its events go to its trace, there is nothing to take a snapshot of",
      hint: "swtrace record --flight-recorder --session NAME; swtrace stop \(name)")
  }

  static func withoutFlightRecorder(_ option: String) -> Problem {
    Problem(option, "only with --flight-recorder", status: .usage)
  }

  static func onlyIntoFile(_ option: String) -> Problem {
    Problem("\(option) -o -", "only into a file", status: .usage)
  }

  static func cannotDetach(_ number: Int32) -> Problem {
    Problem("--detach", system(number))
  }

  static let flightRecorderToPipe = Problem(
    "--flight-recorder -o -", "a flight recorder writes snapshots into files", status: .usage)

  /// Why a recorder could not be asked.
  static func problem(_ error: ProgramTracingError, asking session: FoundRecorder) -> Problem {
    let name = session.status.name
    switch error {
    case .system(_, _, EACCES), .system(_, _, EPERM):
      return Problem(
        name,
        "recorded by \(UserAccount.name(of: session.status.user)), who alone may ask for that",
        hint: "sudo")
    case .system(_, _, ECONNRESET), .system(_, _, ECONNREFUSED), .system(_, _, ENOENT):
      return Problem(name, "its recorder has just ended")
    default: return problem(error)
    }
  }

  /// What a recorder answered instead of what was asked for.
  static func refused(_ answer: String, by session: FoundRecorder) -> Problem {
    let words = answer.split(separator: " ")
    if words.count == 2, words[0] == "error", let number = Int32(words[1]) {
      if number == EPERM {
        return problem(.system(call: "ask", path: "", errno: EPERM), asking: session)
      }
      return Problem(session.status.name, system(number))
    }
    return Problem(session.status.name, "its recorder is of another version of swtrace")
  }
}
