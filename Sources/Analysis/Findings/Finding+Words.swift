import Events

/// Tells candidates in words.
struct FindingWriter {
  let names: [[UInt8]]
  let devices: [Int64: [UInt8]]
  let spanNames: [String]
  let systemCallNames: [String]

  func cause(of candidate: WaitCandidate) -> String {
    switch candidate.kind {
    case .cpuWait: cpuCause(candidate)
    case .diskWait where candidate.systemCall == WaitCandidate.unknownCall,
      .blocked where candidate.systemCall == WaitCandidate.unknownCall:
      ""
    case .diskWait: "\(activity(candidate)) on \(device(candidate.device))"
    case .blocked: "in \(activity(candidate))"
    case .span: spanCause(candidate)
    case .interrupt: candidate.cpu == Batch.unknownCPU ? "" : "on CPU\(candidate.cpu)"
    }
  }

  func who(_ candidate: WaitCandidate) -> String {
    switch candidate.kind {
    case .span where candidate.span >= 0:
      return TerminalText.escaped(spanNames[Int(candidate.span)])
    case .interrupt:
      return candidate.isSoft
        ? "softirq \(Self.softInterrupt(candidate.line))" : "irq \(candidate.line)"
    default:
      let name = name(candidate.label.name)
      return name.isEmpty ? "thread \(candidate.thread)" : "\(name) \(candidate.thread)"
    }
  }

  func name(_ number: UInt32) -> String {
    var safe: [UInt8] = []
    let bytes = Array(names[Int(number)].prefix(64))
    TerminalText.append(bytes.span, to: &safe)
    return String(decoding: safe, as: UTF8.self)
  }

  private func cpuCause(_ candidate: WaitCandidate) -> String {
    var words: [String] = []
    if candidate.culpritTicks >= candidate.ticks / 2 {
      let name = name(candidate.culpritName)
      words.append("behind \(name.isEmpty ? "thread \(candidate.culprit)" : name)")
    } else if candidate.runners > 1 {
      let name = name(candidate.culpritName)
      words.append("behind \(candidate.runners) threads")
      if !name.isEmpty, candidate.culpritTicks >= candidate.ticks / 4 {
        words.append("(most \(name))")
      }
    } else if candidate.cpu != Batch.unknownCPU {
      words.append("on CPU\(candidate.cpu)")
    }
    if candidate.idleCPU >= 0 { words.append("while CPU\(candidate.idleCPU) idled") }
    return words.joined(separator: " ")
  }

  private func activity(_ candidate: WaitCandidate) -> String {
    let number = Int(candidate.systemCall)
    if number < 0 { return "page fault" }
    guard number < systemCallNames.count, !systemCallNames[number].isEmpty else {
      return "system call \(number)"
    }
    return TerminalText.escaped(systemCallNames[number])
  }

  private func device(_ number: Int64) -> String {
    if let name = devices[number] {
      var safe: [UInt8] = []
      let bytes = Array(name.prefix(64))
      TerminalText.append(bytes.span, to: &safe)
      return String(decoding: safe, as: UTF8.self)
    }
    return "device \(number >> 20):\(number & 0xF_FFFF)"
  }

  /// The largest part of a span's waiting, in percent of its wall time.
  private func spanCause(_ candidate: WaitCandidate) -> String {
    let parts = candidate.parts
    guard parts.waits > 0, candidate.ticks > 0 else { return "" }
    let reasons = [
      (parts.lock, "waiting for a lock"), (parts.runnable, "waiting for a CPU"),
      (parts.disk, "waiting for the disk"), (parts.blocked, "blocked in the kernel"),
      (parts.sleep, "asleep"),
    ]
    guard let most = reasons.max(by: { $0.0 < $1.0 }) else { return "" }
    let share = min(100, Int((Double(most.0) / Double(candidate.ticks) * 100).rounded()))
    return "\(share) % \(most.1)"
  }

  /// The kernel's names of soft interrupts, unchanged since 2.6.
  private static func softInterrupt(_ vector: Int64) -> String {
    let names = [
      "HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU",
    ]
    return vector >= 0 && vector < Int64(names.count) ? names[Int(vector)] : "\(vector)"
  }
}
