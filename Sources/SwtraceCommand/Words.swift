internal import Analysis
internal import Events
internal import Glibc
internal import KernelTracing
internal import ProgramTracing
internal import Recording
internal import TraceFile

/// All errors in words: the wording, the hint and the exit status of each.
enum Words {
  /// The system's word for an error number.
  static func system(_ number: Int32) -> String {
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
  }

  static func outputProblem(_ number: Int32) -> Problem {
    Problem("standard output", system(number))
  }

  /// Up to three names that are near `name`, in words.
  static func nearest(_ name: String, among names: some Sequence<String>) -> String? {
    meant(NearestNames.of(name, among: names))
  }

  /// Names in words: `did you mean 'pid'?`.
  static func meant(_ names: [String]) -> String? {
    guard let last = names.last else { return nil }
    let others = names.dropLast().map { "'\($0)'" }.joined(separator: ", ")
    return "did you mean \(others.isEmpty ? "" : others + " or ")'\(last)'?"
  }
}

// MARK: the command line

extension Words {
  /// What the argument parser says, in our form.
  static func parserProblem(_ message: String) -> Problem {
    var text = message.split(separator: "\n").first.map(String.init) ?? message
    var hint: String?
    if let question = text.firstRange(of: ". Did you mean ") {
      hint = "did you mean " + text[question.upperBound...]
      text = String(text[..<question.lowerBound])
    }
    if text.hasSuffix(".") { text.removeLast() }
    text = text.prefix(1).lowercased() + text.dropFirst()
    return Problem("", text, hint: hint ?? "swtrace --help, swtrace COMMAND --help", status: .usage)
  }

  static func unknownCommand(_ word: String, among names: [String]) -> Problem {
    Problem(
      word, "no such command",
      hint: nearest(word, among: names) ?? "swtrace --help lists the commands", status: .usage)
  }

  /// An option that `record` does not have; those of perf and trace-cmd that mean something else
  /// there are answered with what to use instead.
  static func unknownRecordOption(_ option: String) -> Problem {
    let name = option.split(separator: "=").first.map(String.init) ?? option
    let isShort = !name.hasPrefix("--")
    for (peers, why, hint) in peerOptions
    where peers.contains(isShort ? String(name.prefix(2)) : name) {
      return Problem(option, why, hint: hint, status: .usage)
    }
    return Problem(
      option, "no such option of record",
      hint: (isShort ? nil : nearest(name, among: RecordCommand.optionNames))
        ?? "'--' before a command whose name begins with '-'; swtrace record --help",
      status: .usage)
  }

  private static let peerOptions: [(peers: [String], why: String, hint: String)] = [
    (
      ["-g", "--call-graph"], "call graphs are not recorded",
      "swtrace records events, not samples: -e sched shows who waited for whom"
    ),
    (
      ["-F", "--freq", "--count"], "there is no sampling frequency: every event is recorded",
      "leave it out; -e and --filter choose the events"
    ),
    (
      ["-c", "--raw-samples"], "there is no sampling period: every event is recorded",
      "leave it out; the command and its children are followed without it, and --only narrows"
    ),
    (
      ["-R"], "there are no raw samples: fields are always kept whole",
      "leave it out; --filter in place of a trigger"
    ),
    (
      ["-s", "-m", "--mmap-pages"], "this is not an option of record",
      "-b SIZE sets the buffer of each CPU, --max-size SIZE the size of the trace"
    ),
    (
      ["-N", "-l", "-n"], "functions are not traced", "-e chooses the events; swtrace list-markers"
    ),
  ]

  static func wrongValue(_ option: String, _ value: String, _ why: String, hint: String? = nil)
    -> Problem
  {
    Problem("\(option) \(value)", why, hint: hint, status: .usage)
  }

  static func wrongChoice(_ option: String, _ value: String, among choices: [String]) -> Problem {
    Problem(
      "\(option) \(value)", "no such choice", hint: "one of \(choices.joined(separator: ", "))",
      status: .usage)
  }
}

extension Words {
  static let traceToTerminal = Problem(
    "-o -", "a trace is not text, and standard output is a terminal",
    hint: "swtrace record -o - | swtrace print -", status: .usage)

  static let nothingToRecord = Problem(
    "--no-kernel --no-markers", "together they leave nothing to record", status: .usage)

  static func killWithoutEnd(_ why: String) -> Problem { Problem("--kill", why, status: .usage) }

  static func nobodyToNarrowTo(_ option: String) -> Problem {
    Problem(
      option, "there is no command and no process to narrow to",
      hint: "give a command, or -p PID, -t TID, -u USER", status: .usage)
  }

  static func noSuchTarget(_ target: String, _ why: String) -> Problem {
    Problem(target, why, status: .usage)
  }

  /// Not the number of a process; a tracer's name is what trace-cmd's -p takes.
  static func wrongNumber(_ option: String, _ text: String) -> Problem {
    let tracers = [
      "function", "function_graph", "nop", "blk", "hwlat", "irqsoff", "preemptoff", "wakeup",
      "wakeup_rt", "osnoise", "timerlat", "mmiotrace",
    ]
    if option == "--pid", tracers.contains(text) {
      return Problem(
        "-p \(text)", "there are no tracers to choose; -p is a process here",
        hint: "-e chooses the events, such as -e sched,irq; functions are not traced",
        status: .usage)
    }
    return Problem("\(option) \(text)", "not a number", status: .usage)
  }
}

// MARK: traces

extension Words {
  /// A problem with the trace at `path`.
  static func problem(_ error: TraceFileError, path: String) -> Problem {
    let path = path == "-" ? "standard input" : path
    switch error {
    case .cannotOpen(let path, ENOENT):
      return Problem(
        path, system(ENOENT), hint: "'swtrace record' makes a trace; name another FILE")
    case .cannotOpen(let path, let number): return Problem(path, system(number))
    case .cannotRead(let offset, let number):
      return Problem(path, "\(system(number)) at byte \(offset)")
    case .cannotWrite(let offset, let number):
      return Problem(
        path, "\(system(number)) after \(ByteCount(bytes: offset).text)",
        hint: "the trace is whole up to there")
    case .notRegularFile(let path):
      return Problem(path, "not a regular file", hint: "'-' reads a trace from standard input")
    case .notATrace:
      return Problem(path, "not a trace of swtrace")
    case .unsupportedVersion(let version):
      return Problem(
        path, "made by a newer swtrace (format \(version))", hint: "read it with that version")
    case .damaged(let offset, let reason):
      return Problem(path, "damaged at byte \(offset): \(why(reason))")
    case .noSuchBlock(let block): return Problem(path, "there is no block \(block)")
    case .tooLarge(let limit, let value): return Problem(path, "too large: \(name(limit)) \(value)")
    case .invalidBatch(let field):
      return Problem(path, "cannot be written: field '\(field.text)' contradicts the rest")
    case .outOfMemory: return Problem(path, "out of memory")
    }
  }

  static func problem(_ error: AnalysisError, path: String) -> Problem {
    switch error {
    case .file(let error): problem(error, path: path)
    case .filter(let error): problem(error, option: "--where")
    case .condition(let condition, let text, let range): problem(condition, text, range)
    case .tooMuchAtOnce(let bytes, let allowed):
      Problem(
        path,
        "blocks that overlap in time need \(size(bytes)) of memory, more than \(size(allowed))",
        hint: "--from and --to narrow")
    }
  }

  private static func size(_ bytes: Int) -> String {
    ByteCount(bytes: UInt64(clamping: bytes)).binaryText
  }

  static func emptyTrace(_ path: String) -> Problem { Problem(path, "empty, not a trace") }

  static let traceFromTerminal = Problem(
    "-", "a trace is not typed: standard input is a terminal",
    hint: "swtrace record -o - | swtrace print -", status: .usage)

  static func placeNeedsEnd(_ option: String) -> Problem {
    Problem(
      option, "only times since the start: the end of what arrives is not known",
      hint: "write it to a file first", status: .usage)
  }

  static let checkWithoutTrace = Problem(
    "--check", "there is no trace to check", hint: "swtrace info --check FILE", status: .usage)

  /// What of a trace could not be printed; a trace that only stops short is no failure.
  static func problems(with outcome: PrintOutcome, path: String) -> [Problem] {
    var problems: [Problem] = []
    for damage in outcome.damage {
      let bytes = ByteCount(bytes: damage.bytes).text
      if damage.reason == .cut {
        problems.append(
          Problem(
            path, "the trace stops within a block at byte \(damage.offset), \(bytes) are left out",
            status: .good))
      } else {
        problems.append(
          Problem(
            path, "damaged at byte \(damage.offset), \(bytes) left out: \(why(damage.reason))"))
      }
    }
    for (block, error) in outcome.unreadable where !outcome.damage.contains(where: isOf(block)) {
      var problem = problem(error, path: path)
      problem.why = "block \(block) is left out: \(problem.why)"
      problems.append(problem)
    }
    if outcome.late > 0 {
      problems.append(
        Problem(
          path, "\(Figure.count(outcome.late, "event")) came too late to stand in order",
          status: .good))
    }
    guard problems.count > 8 else { return problems }
    let more = problems.count - 8
    return Array(problems.prefix(8))
      + [Problem(path, "\(more) more places", hint: "swtrace info --check \(path)")]
  }

  private static func isOf(_ block: Int) -> (Damage) -> Bool {
    { $0.block?.sequence == UInt64(clamping: block) }
  }

  /// What is wrong at a damaged place, in a clause.
  static func why(_ reason: Damage.Reason) -> String {
    switch reason {
    case .noBlock: "bytes that belong to no block"
    case .cut: "the trace ends within a block"
    case .headerChecksum: "the checksum of a block's header is wrong"
    case .payloadChecksum: "the checksum of a block is wrong"
    case .malformed(let field): "field '\(field.text)' contradicts the rest"
    case .missingBlocks(let count): "\(Figure.count(count, "block")) missing"
    case .compression: "a block cannot be decompressed"
    case .laterVersion(let version):
      "a block of version \(version), which this swtrace does not know"
    }
  }

  private static func name(_ limit: TraceFileError.Limit) -> String {
    switch limit {
    case .eventsOfBlock: "events of a block"
    case .bytesOfBlock: "bytes of a block"
    case .groupsOfBlock: "event types of a block"
    case .lossesOfBlock: "losses of a block"
    case .types: "event types"
    case .streams: "streams"
    }
  }

  /// Why events are missing, in a clause.
  static func why(_ reason: Loss.Reason) -> String {
    switch reason {
    case .kernelOverrun: "kernel buffer overrun"
    case .kernelDropped: "dropped by the kernel"
    case .programBufferFull: "program buffer full"
    case .openRecord: "cut off while being written"
    case .recorderQueueFull: "recorder too slow"
    case .diskFull: "disk full"
    case .damaged: "damaged"
    case .hostileProducer: "program broke the rules"
    case .unreachable: "could not be read"
    }
  }

  /// What to do against a loss.
  static func remedy(_ reason: Loss.Reason) -> String? {
    switch reason {
    case .kernelOverrun: "-b SIZE gives each CPU a larger buffer; -e narrows"
    case .programBufferFull: "-e narrows the markers"
    case .recorderQueueFull: "-e narrows; a faster disk"
    case .diskFull: "-o FILE on another disk; --max-size"
    case .kernelDropped, .openRecord, .damaged, .hostileProducer, .unreachable: nil
    }
  }
}

// MARK: recordings

extension Words {
  /// Why a recording failed; where there is a command, `record` has exit statuses of its own.
  static func problem(_ error: RecordingError, options: RecordingOptions) -> Problem {
    let path =
      switch options.output {
      case .file(let path): path
      case .standardOutput: "standard output"
      }
    var problem: Problem
    switch error {
    case .noSource(let kernel): problem = noSource(kernel)
    case .cannotCreate(let path, let number): problem = Problem(path, system(number))
    case .trace(let error): problem = Self.problem(error, path: path)
    case .kernel(let error): problem = Self.problem(error)
    case .programs(let error): problem = Self.problem(error)
    case .events(.filter(let filter, let text, let at)):
      problem = Self.problem(.filter(filter, text: text, at: at), option: "--filter")
    case .events(let error): problem = Self.problem(error, option: "-e")
    case .cannotExecute(let command, ENOENT):
      problem = Problem(command, "command not found", status: .commandNotFound)
    case .cannotExecute(let command, let number):
      problem = Problem(command, system(number), status: .commandNotExecutable)
    case .addressSpace(let limit, let needed):
      problem = Problem(
        "record", "its address space is limited to \(limit >> 10) KiB, \(needed >> 10) are needed",
        hint: "'ulimit -v unlimited', or what limits it: LimitAS= of a systemd unit")
    case .cannotStartThread: problem = Problem("record", "cannot start a thread")
    case .severalFlightRecorders(let rings):
      problem = Problem(
        "recover", "\(rings.count) flight recorders were killed here",
        hint: "one at a time: swtrace recover \(rings.first ?? "")")
    case .noSuchTarget(let target): problem = Problem(target, "no such process", status: .usage)
    }
    if problem.status == .failure, !options.command.isEmpty { problem.status = .recordFailure }
    return problem
  }

  private static func noSource(_ kernel: KernelTracingError?) -> Problem {
    var why = "there is nothing to record: no marked program runs"
    if let kernel {
      let problem = Self.problem(kernel)
      why += ", and the kernel cannot be traced (\(problem.what): \(problem.why))"
    }
    return Problem(
      "record", why,
      hint: "sudo swtrace record, or swtrace demo; --no-kernel waits for programs to start")
  }
}

// MARK: lists of markers

extension Words {
  static func tooManySources(_ options: [String]) -> Problem {
    Problem(options.joined(separator: " "), "only one of them at a time", status: .usage)
  }

  static func noMarkers(_ source: String?, patterns: [String]) -> Problem {
    if !patterns.isEmpty {
      return Problem(
        patterns.joined(separator: " "), "nothing here has such a name",
        hint: source == nil ? "--kernel lists the kernel's events" : nil)
    }
    return Problem(
      "list-markers", "no marked program runs that can be seen",
      hint: "--file ELF, --kernel; sudo shows other users' programs; swtrace.h(3)")
  }
}

// MARK: the kernel and programs

extension Words {
  static func problem(_ error: KernelTracingError) -> Problem {
    switch error {
    case .failed(_, let path, let number) where number == EACCES || number == EPERM:
      return Problem(path, system(number), hint: rootHint)
    case .failed(let operation, let path, let number):
      return Problem(path, "cannot \(verb(operation)): \(system(number))")
    case .notMounted(let roots):
      return Problem(
        "tracefs", "not mounted at \(roots.joined(separator: " or "))",
        hint: "sudo mount -t tracefs tracefs /sys/kernel/tracing, or record with sudo")
    case .badName(let name): return Problem(name, "not a name for a tracing instance")
    case .instanceInUse(let path): return Problem(path, "another recorder uses it")
    case .noSuchEvent(let event):
      return Problem(
        event.qualifiedName, "the kernel has no such event",
        hint: "swtrace list-markers --kernel lists them", status: .usage)
    case .filterRefused(let event, let filter, let message, let column):
      let excerpt = column.map { Problem.Excerpt(text: filter, part: $0..<$0 + 1) }
      return Problem(
        "--filter", "refused by the kernel for \(event.qualifiedName): \(message)",
        excerpt: excerpt ?? Problem.Excerpt(text: filter, part: 0..<filter.count))
    case .noSuchClock(let clock, let available):
      return Problem(
        "clock \(clock)", "the kernel has only \(available.joined(separator: ", "))")
    case .malformed(let path, let line): return Problem(path, "line \(line) cannot be understood")
    case .tooLarge(let path, let bytes):
      return Problem(path, "larger than \(ByteCount(bytes: UInt64(max(bytes, 0))).text)")
    }
  }

  static let sharedMemoryHint = "mount a tmpfs at /dev/shm that you may write to"

  static let rootHint = "sudo swtrace …, or a tracefs mounted with gid= for your group"

  private static func verb(_ operation: KernelTracingError.Operation) -> String {
    switch operation {
    case .open: "open"
    case .read: "read"
    case .write: "write"
    case .list: "list"
    case .create: "create"
    case .remove: "remove"
    case .lock: "lock"
    case .mount: "mount"
    }
  }

  static func problem(_ error: ProgramTracingError) -> Problem {
    switch error {
    case .system(let call, let path, let number):
      return Problem(path, call == "open" ? system(number) : "\(call): \(system(number))")
    case .untrustedFile(let path, let fault): return Problem(path, "not trusted: \(why(fault))")
    case .badName(let name):
      return Problem(
        "--session \(name)", "not a name for a session",
        hint: "letters, digits, '.', '_' and '-', at most 63, no dot first", status: .usage)
    case .sessionExists(let name):
      return Problem("--session \(name)", "a session of this name is being recorded")
    case .malformed(let path, let field, let offset):
      return Problem(path, "field '\(field)' at byte \(offset) contradicts the rest")
    case .noSlot(let path):
      return Problem(path, "recorded by as many sessions as it can be at once")
    case .notAnObject(let path): return Problem(path, "not a program or library (ELF)")
    case .noMarkers(let path):
      return Problem(path, "no markers in it", hint: "swtrace.h(3) tells how to put some in")
    }
  }

  private static func why(_ fault: FileFault) -> String {
    switch fault {
    case .notRegular: "not a regular file"
    case .notADirectory: "not a directory"
    case .linked(let links): "\(links) links to it"
    case .owner(let user): "owned by user \(user)"
    case .writableByOthers: "others may write it"
    case .tooSmall(let bytes): "only \(ByteCount(bytes: bytes).text) long"
    case .tooLarge(let bytes): "\(ByteCount(bytes: bytes).text) long"
    }
  }
}
