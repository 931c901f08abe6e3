internal import Analysis
internal import Events

/// Times, counts and states as the screens write them.
enum Words {
  /// A name with its number, the name cut where both don't fit.
  static func shortened(_ label: String, to room: Int) -> String {
    guard label.columns > room, let space = label.lastIndex(of: " ") else { return label }
    let number = label[label.index(after: space)...]
    let left = room - String(number).columns - 2
    let isNumber = number.utf8.contains { (0x30...0x39).contains($0) }
    guard left >= 3, isNumber else { return label }
    var name = String(label[..<space])
    while name.columns > left { name.removeLast() }
    return "\(name)› \(number)"
  }

  static func count(_ number: UInt64) -> String {
    var text: [UInt8] = []
    text.append(count: number)
    return String(decoding: text, as: UTF8.self)
  }

  /// `38.2 M`, `412 k`, `968`.
  static func short(_ number: UInt64) -> String {
    func scaled(_ unit: Double, _ name: String) -> String {
      let value = Double(number) / unit
      let tenths = (value * 10).rounded() / 10
      return value >= 100 ? "\(Int(value.rounded())) \(name)" : "\(tenths) \(name)"
    }
    if number >= 999_950_000 { return scaled(1e9, "G") }
    if number >= 999_950 { return scaled(1e6, "M") }
    if number >= 10_000 { return scaled(1e3, "k") }
    return count(number)
  }

  static func span(_ nanoseconds: Int64) -> String { TimeSpan(nanoseconds: nanoseconds).text }

  /// An instant in seconds with digits in groups: `4.210 668 4`.
  static func instant(_ time: Int64, decimals: Int = 9, grouped: Bool = true) -> String {
    var bytes: [UInt8] = []
    bytes.append(Timestamp(nanoseconds: time), decimals: decimals)
    guard grouped, let point = bytes.firstIndex(of: UInt8(ascii: ".")) else {
      return String(decoding: bytes, as: UTF8.self)
    }
    var text: [UInt8] = []
    for (place, byte) in bytes.enumerated() {
      let digit = place - point - 1
      if digit > 0, digit % 3 == 0 { text.append(UInt8(ascii: " ")) }
      text.append(byte)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// So many digits behind the point tell columns of this length apart.
  static func decimals(for step: Int64) -> Int {
    var decimals = 9
    var unit: Int64 = 10
    while unit <= max(1, step), decimals > 3 {
      unit *= 10
      decimals -= 1
    }
    return decimals
  }

  /// The time of day: `14:02:11.210668`.
  static func clock(_ nanoseconds: Int64, utcOffset: Int64, decimals: Int) -> String {
    let shifted = nanoseconds.plus(utcOffset &* 1_000_000_000)
    let day: Int64 = 86_400_000_000_000
    let time = (shifted % day + day) % day
    let seconds = time / 1_000_000_000
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    var fraction: [UInt8] = []
    fraction.append(Timestamp(nanoseconds: time % 1_000_000_000), decimals: decimals)
    let digits = String(decoding: fraction, as: UTF8.self).dropFirst(1)
    return "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))\(digits)"
  }

  static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "-" }
    return "\(Int((min(max(share, 0), 10) * 100).rounded()))%"
  }

  static func state(_ state: LaneState) -> String {
    switch state {
    case .unknown: "not known"
    case .none: "nothing"
    case .idle: "idle"
    case .run: "run"
    case .wakeup: "runnable (woken)"
    case .fresh: "runnable (new)"
    case .preempt: "runnable (preempted)"
    case .yield: "runnable (yielded)"
    case .diskIO: "D-io"
    case .diskOther: "D other"
    case .sleep: "sleep"
    case .lock: "lock"
    case .stopped: "stopped"
    case .inside: "in"
    case .throttled: "throttled (CPU quota)"
    }
  }
}

extension View {
  /// An instant as the time format says.
  func instant(_ time: Int64, step: Int64 = 1) -> String {
    let decimals = Words.decimals(for: step)
    switch state.timeFormat {
    case .relative: return Words.instant(time, decimals: decimals)
    case .wall:
      return Words.clock(
        summary.startTime.plus(time), utcOffset: host.utcOffset, decimals: decimals)
    case .sinceA:
      let distance = time - (state.markA ?? 0)
      return (distance < 0 ? "-" : "+")
        + Words.instant(Int64(distance.magnitude), decimals: decimals)
    }
  }

  /// Who or what a lane is in.
  func name(of what: LaneOccupant, in lane: TimelineLane) -> String {
    if what.state == .unknown { return Words.state(.unknown) }
    if what.state == .none { return nothing(in: lane) }
    switch lane {
    case .cpu:
      guard what.state == .run else { return Words.state(what.state) }
      return threadLabel(Int(what.occupant))
    case .hardInterrupts:
      let name = directory.hardInterruptNames[what.occupant] ?? ""
      guard what.occupant >= 0 else { return "irq" }
      return name.isEmpty ? "irq \(what.occupant)" : name
    case .softInterrupts:
      guard what.occupant >= 0 else { return "softirq" }
      return directory.softInterruptNames[what.occupant] ?? "softirq \(what.occupant)"
    case .state: return Words.state(what.state)
    case .systemCalls:
      let number = Int(what.occupant)
      return timeline.systemCallNames.indices.contains(number)
        && !timeline.systemCallNames[number].isEmpty
        ? timeline.systemCallNames[number] : "syscall \(number)"
    case .spans:
      let number = Int(what.occupant)
      return directory.spanNames.indices.contains(number) ? directory.spanNames[number] : "span"
    }
  }

  /// What a lane is in while nothing is.
  private func nothing(in lane: TimelineLane) -> String {
    switch lane {
    case .hardInterrupts: "no irq"
    case .softInterrupts: "no softirq"
    case .systemCalls: "no system call"
    case .spans: "no span"
    case .cpu, .state: Words.state(.none)
    }
  }

  func threadLabel(_ place: Int) -> String {
    guard directory.threads.indices.contains(place) else { return "?" }
    let thread = directory.threads[place]
    return "\(threadName(thread)) \(thread.number)"
  }

  /// A lane in words: `CPU3`, `nginx 4211`.
  func name(of lane: TimelineLane) -> String {
    switch lane {
    case .cpu(let cpu): "CPU\(cpu)"
    case .hardInterrupts(let cpu): "irq on CPU\(cpu)"
    case .softInterrupts(let cpu): "softirq on CPU\(cpu)"
    case .state(let thread): threadLabel(thread)
    case .systemCalls(let thread): "\(threadLabel(thread)) system calls"
    case .spans(let thread, let depth): "\(threadLabel(thread)) spans \(depth)"
    }
  }
}
