import Events

/// What the numbers in rows are called.
struct StatisticsNames {
  var texts: [[UInt8]] = [[]]
  var devices: [Int64: [UInt8]] = [:]
  var calls: [String] = []
  var spans: [String] = []
  var interrupts: [Int64: [UInt8]] = [:]
  var cgroups: [[UInt8]] = []
  var fieldValues: [[UInt8]] = []
  /// The name of each process: that of its first thread.
  var processes: [ProcessNumber: UInt32] = [:]

  func comm(_ number: UInt32) -> String {
    Int(number) < texts.count ? String(decoding: texts[Int(number)], as: UTF8.self) : ""
  }

  /// `postgres 917`, `thread 917`.
  func thread(_ number: ThreadNumber, _ label: ThreadLabel) -> String {
    let name = comm(label.name)
    return name.isEmpty ? "thread \(number)" : "\(name) \(number)"
  }

  func process(_ number: ProcessNumber) -> String {
    guard number != 0 else { return "(unknown)" }
    let name = comm(processes[number] ?? 0)
    return name.isEmpty ? "process \(number)" : "\(name) \(number)"
  }

  func call(_ number: Int64) -> String {
    guard number >= 0, number < Int64(calls.count), !calls[Int(number)].isEmpty else {
      return "system call \(number)"
    }
    return calls[Int(number)]
  }

  /// Of a device's number as the kernel writes it: `vda`, `259:0`.
  func device(_ number: Int64) -> String {
    if let name = devices[number] { return String(decoding: name, as: UTF8.self) }
    return "\(number >> 20):\(number & 0xF_FFFF)"
  }

  /// `BLOCK`, `virtio0-req.0`, `irq 24`.
  func interrupt(_ line: Int64, isSoft: Bool) -> String {
    if isSoft {
      let names = InterruptRows.vectorNames
      return line >= 0 && line < Int64(names.count) ? names[Int(line)] : "vector \(line)"
    }
    guard let name = interrupts[line], !name.isEmpty else { return "irq \(line)" }
    return String(decoding: name, as: UTF8.self)
  }

  /// A group's value in words.
  func group(_ value: Int64, _ key: StatisticsKey) -> String {
    switch key {
    case .cpu: return "CPU\(value)"
    case .thread: return "\(value)"
    case .process: return process(ProcessNumber(truncatingIfNeeded: value))
    case .comm:
      let name = comm(UInt32(truncatingIfNeeded: value))
      return name.isEmpty ? "(unknown)" : name
    case .cgroup, .container:
      let name = value < cgroups.count ? String(decoding: cgroups[Int(value)], as: UTF8.self) : ""
      return name.isEmpty ? (key == .cgroup ? "(unknown)" : "(none)") : name
    case .parent: return value >= 0 && value < spans.count ? spans[Int(value)] : "(none)"
    case .field:
      return value >= 0 && value < fieldValues.count
        ? String(decoding: fieldValues[Int(value)], as: UTF8.self) : "(none)"
    }
  }
}

extension StatisticsPass {
  mutating func makeNames() -> StatisticsNames {
    var processes: [ProcessNumber: UInt32] = [:]
    for row in threads.used where row.label.process != 0 {
      if row.number == row.label.process || processes[row.label.process] == nil {
        processes[row.label.process] = row.label.name
      }
    }
    return StatisticsNames(
      texts: live.names.texts, devices: tracking.devices, calls: rare.options.systemCallNames,
      spans: tracking.spans.names, interrupts: rare.interrupts.names, cgroups: groups.cgroups,
      fieldValues: rare.spans.values, processes: processes)
  }
}
