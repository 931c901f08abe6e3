package import Events

/// The clock that stamps an instance's events.
package struct TracingClock: Hashable, Sendable {
  /// The kernel's name for it: `x86-tsc`, `mono`.
  package var name: String
  package var kind: ClockKind

  package static let processor = TracingClock(name: "x86-tsc", kind: .processor)
  package static let monotonic = TracingClock(name: "mono", kind: .monotonic)

  /// The processor's counter where it runs steadily (CPU flags, the kernel's own choice of clock
  /// source) and the kernel offers it, else `mono`.
  package static func choose(
    among available: [String], cpuInfo: String = "/proc/cpuinfo",
    clockSource: String = "/sys/devices/system/clocksource/clocksource0/current_clocksource"
  ) -> TracingClock {
    guard available.contains(processor.name), isSteady(cpuInfo: cpuInfo),
      let source = try? TracefsFiles.text(clockSource), source == "tsc\n" || source == "tsc"
    else { return .monotonic }
    return .processor
  }

  private static func isSteady(cpuInfo: String) -> Bool {
    guard let lines = try? TracefsFiles.lines(cpuInfo) else { return false }
    let flagLines = lines.filter { $0.utf8.starts(with: "flags".utf8) }
    return !flagLines.isEmpty
      && flagLines.allSatisfy { line in
        let flags = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
        return flags.contains("constant_tsc") && flags.contains("nonstop_tsc")
      }
  }
}
