internal import Events
internal import Glibc
internal import ProgramTracing
internal import Recording

extension RecordCommand {
  /// The arguments as what is to be recorded.
  func options() throws(Problem) -> RecordingOptions {
    var options = RecordingOptions()
    options.command = command
    options.commandLine = CommandLine.arguments
    try output.apply(to: &options)
    try events.apply(to: &options, quietHost: output.quietHost)
    try end.apply(to: &options)
    try scope.apply(to: &options)
    try lasting.apply(to: &options)
    return options
  }
}

extension OutputOptions {
  func apply(to options: inout RecordingOptions) throws(Problem) {
    if output == "-" {
      if Terminal.isTerminal(1) { throw Words.traceToTerminal }
      options.output = .standardOutput
    } else {
      if output.isEmpty { throw Words.wrongValue("-o", "''", "the name of the trace is empty") }
      options.output = .file(output)
    }
    options.owner = UserAccount.behindSudo
    if let bufferSize {
      let size = try Quantity.size(bufferSize, option: "--buffer-size", 4 << 10...16 << 30)
      options.bufferBytes = Int(size)
    }
    switch priority {
    case "low": options.priority = .low
    case "normal": options.priority = .normal
    case "high": options.priority = quietHost ? .normal : .high
    default:
      throw Words.wrongChoice("--priority", priority, among: ["low", "normal", "high"])
    }
  }
}

extension LastingOptions {
  func apply(to options: inout RecordingOptions) throws(Problem) {
    if let session {
      guard SessionName.isAllowed(session) else {
        throw Words.problem(ProgramTracingError.badName(session))
      }
      options.sessionName = session
    }
    if let flightRecorderSize {
      options.flightRecorderBytes = try Quantity.size(
        flightRecorderSize, option: "--flight-recorder", 16 << 20...64 << 30)
    } else if flightRecorder {
      options.flightRecorderBytes = 64 << 20
    }
    if let snapshotCondition {
      if options.flightRecorderBytes == nil {
        throw Words.withoutFlightRecorder("--snapshot-when")
      }
      do throws(EventsError) {
        try Filter(parsing: snapshotCondition).refuseTraceTerms()
      } catch {
        throw Words.problem(error, option: "--snapshot-when")
      }
      options.snapshotCondition = snapshotCondition
    }
    if options.flightRecorderBytes != nil, options.output == .standardOutput {
      throw Words.flightRecorderToPipe
    }
    options.isDetached = detach
    if detach, options.output == .standardOutput { throw Words.onlyIntoFile("--detach") }
    guard let rotate else { return }
    if options.output == .standardOutput { throw Words.onlyIntoFile("--rotate") }
    let parts = rotate.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
    options.rotationBytes = try Quantity.size(
      String(parts[0]), option: "--rotate", 64 << 10...UInt64.max)
    if parts.count > 1 {
      guard let count = Int(parts[1]), count > 0 else {
        throw Words.wrongValue("--rotate", rotate, "'\(parts[1])' is no number of traces")
      }
      options.rotationCount = count
    }
  }
}

extension EventOptions {
  func apply(to options: inout RecordingOptions, quietHost: Bool) throws(Problem) {
    do {
      _ = try EventSelection(parsing: event)
    } catch {
      throw Words.problem(error, option: "-e")
    }
    options.selections = event
    if quietHost { options.selections.append("^\(EventSet.systemCalls.name)") }
    options.recordsKernel = !noKernel
    options.recordsMarkers = !noMarkers
    if noKernel, noMarkers { throw Words.nothingToRecord }
    options.filter = filter
  }
}

extension EndOptions {
  func apply(to options: inout RecordingOptions) throws(Problem) {
    if let duration { options.duration = try Quantity.time(duration, option: "--duration") }
    if kill {
      if options.duration == nil { throw Words.killWithoutEnd("there is no --duration to be over") }
      if options.command.isEmpty { throw Words.killWithoutEnd("there is no command to end") }
      options.endsCommand = true
    }
    if let maxSize {
      options.maximumBytes = try Quantity.size(maxSize, option: "--max-size", 64 << 10...UInt64.max)
    }
  }
}

extension ScopeOptions {
  func apply(to options: inout RecordingOptions) throws(Problem) {
    for number in try Quantity.numbers(pid, option: "--pid") {
      guard kill(number, 0) == 0 || errno != ESRCH else {
        throw Words.noSuchTarget("--pid \(number)", "no such process")
      }
      options.targets.processes.append(number)
    }
    for number in try Quantity.numbers(tid, option: "--tid") {
      guard kill(number, 0) == 0 || errno != ESRCH else {
        throw Words.noSuchTarget("--tid \(number)", "no such thread")
      }
      options.targets.threads.append(number)
    }
    for name in uid.flatMap({ $0.split(separator: ",") }) {
      options.targets.users.append(try account("--uid", String(name)).user)
    }
    if let user {
      let account = try account("--user", user)
      if options.command.isEmpty {
        options.targets.users.append(account.user)
      } else {
        options.credentials = RecordingOptions.Credentials(
          user: account.user, group: account.group, groups: account.groups)
      }
    }
    if !options.targets.isEmpty || only { options.scope = .only }
    if isolate { options.scope = .isolate }
    if options.scope != .machine, options.targets.isEmpty, options.command.isEmpty {
      throw Words.nobodyToNarrowTo(isolate ? "--isolate" : "--only")
    }
    if !cpu.isEmpty { options.cpus = try Quantity.cpus(cpu, option: "--cpu") }
  }

  private func account(_ option: String, _ name: String) throws(Problem) -> UserAccount {
    guard let account = UserAccount(name) else {
      throw Words.noSuchTarget("\(option) \(name)", "no such user")
    }
    return account
  }
}
