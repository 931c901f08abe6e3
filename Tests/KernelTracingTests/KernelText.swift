import Events

@testable import KernelTracing

/// A line of the kernel's `trace` file.
///
/// ```
///   init-1       [001] d.h3.    10.245800: sched_stat_runtime: comm=init pid=1 runtime=2800638 [ns]
/// ```
struct KernelText {
  var line: FormatText
  var thread: Int
  var cpu: Int
  /// nil where it is more than the file has room for.
  var preemptDepth: Int?
  var microseconds: UInt64
  var event: String
  var text: String

  static func lines(_ text: String) -> [KernelText] {
    var lines: [KernelText] = []
    var rest = FormatText(text)
    while !rest.isEmpty {
      if let line = KernelText(parsing: rest.cut(before: UInt8(ascii: "\n"))) { lines.append(line) }
    }
    return lines
  }

  init?(parsing line: FormatText) {
    self.line = line
    // The first bracket behind a name is the CPU's: no name in these traces has one.
    guard line.value(of: "#") == nil, let open = line.firstIndex(of: UInt8(ascii: "[")),
      let dash = line.upTo(open).lastIndex(of: UInt8(ascii: "-")),
      let thread = line.upTo(open).from(dash + 1).number
    else { return nil }
    var rest = line.from(open + 1)
    guard let cpu = rest.cut(before: UInt8(ascii: "]")).number else { return nil }
    rest = rest.trimmed
    let flags = rest.cut(before: UInt8(ascii: " "))
    guard let seconds = rest.cut(before: UInt8(ascii: ".")).number,
      let fraction = rest.cut(before: UInt8(ascii: ":")).number
    else { return nil }
    self.thread = thread
    self.cpu = cpu
    let depth = flags[flags.start + 3]
    preemptDepth =
      depth == UInt8(ascii: ".")
      ? 0 : Int(String(decoding: [depth], as: UTF8.self), radix: 16)
    microseconds = UInt64(seconds) * 1_000_000 + UInt64(fraction)

    let message = rest.trimmed
    var words = message
    let first = words.cut(before: UInt8(ascii: " "))
    let bracket = first.firstIndex(of: UInt8(ascii: "("))
    if message.value(of: "sys_") != nil, bracket != nil || words.value(of: "->") != nil {
      // The kernel writes system calls as calls: `sys_close(fd: b)`, `sys_close -> 0x0`.
      if let bracket {
        event = "sys_enter_" + message.upTo(bracket).from(message.start + 4).string
        text = message.from(bracket).string
      } else {
        event = "sys_exit_" + first.from(first.start + 4).string
        text = words.string
      }
    } else {
      event = first.upTo(first.end - 1).string
      text = words.string
    }
    if event == "tracing_mark_write" { event = "print" }
  }

  /// The first thing in which an event differs from this line; nil where they agree.
  func difference(from event: DecodedTrace.Event) -> String? {
    if event.type.name != self.event { return "event \(event.type.name)" }
    if event.thread != thread { return "thread \(event.thread)" }
    if (event.time + 500) / 1000 != microseconds { return "time \(event.time)" }
    if let depth = preemptDepth,
      event.integer("common_preempt_count").map({ $0 & 15 }) != Int64(depth)
    {
      return "preempt count"
    }
    switch self.event {
    case "print":
      let shown = event.text("buf") ?? ""
      return shown == text + "\n" || shown == text ? nil : shown
    case "sys_enter":
      return text == enterText(event) ? nil : enterText(event)
    case "sys_exit":
      let shown = "NR \(event.integer("id") ?? -1) = \(event.integer("ret") ?? -1)"
      return text == shown ? nil : shown
    case _ where text.utf8.starts(with: "->".utf8):
      let shown = "-> 0x\(String(UInt64(bitPattern: event.integer("ret") ?? 0), radix: 16))"
      return text == shown ? nil : shown
    case _ where text.utf8.first == UInt8(ascii: "("): return argumentDifference(event)
    default: return wordDifference(event)
    }
  }

  private func enterText(_ event: DecodedTrace.Event) -> String {
    let arguments = event.bytes("args") ?? []
    let numbers = stride(from: 0, to: arguments.count, by: 8).map { start in
      String(Column(width: 8, bytes: Array(arguments[start..<start + 8])).unsigned(0), radix: 16)
    }
    return "NR \(event.integer("id") ?? -1) (\(numbers.joined(separator: ", ")))"
  }

  /// Arguments in hexadecimal: `(fd: b, buf: 7ffc…)`.
  private func argumentDifference(_ event: DecodedTrace.Event) -> String? {
    var rest = FormatText(text)
    _ = rest.cut(before: UInt8(ascii: "("))
    while !rest.isEmpty {
      let part = rest.cut(before: UInt8(ascii: ",")).trimmed
      guard let colon = part.firstIndex(of: UInt8(ascii: ":")) else { continue }
      var digits = part.from(colon + 1).trimmed
      digits = digits.cut(before: UInt8(ascii: ")"))
      guard let value = UInt64(digits.string, radix: 16) else { continue }
      let own = event.integer(part.upTo(colon).string)
      if own != Int64(bitPattern: value) { return "\(part.string), not \(own ?? -1)" }
    }
    return nil
  }

  /// Words `field=number` and `comm=name`.
  private func wordDifference(_ event: DecodedTrace.Event) -> String? {
    var rest = FormatText(text)
    while !rest.isEmpty {
      let word = rest.cut(before: UInt8(ascii: " "))
      guard let sign = word.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let name = word.upTo(sign).string
      let value = word.from(sign + 1).string
      // Addresses are shown hashed.
      if let number = Int64(value), let own = event.number(name), own != number {
        return "\(word.string), not \(own)"
      }
      if let own = event.text(name), !own.utf8.contains(UInt8(ascii: " ")), own != value {
        return "\(word.string), not \(own)"
      }
    }
    return nil
  }
}
