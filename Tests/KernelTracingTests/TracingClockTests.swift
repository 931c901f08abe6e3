import Testing

@testable import KernelTracing

@Suite struct TracingClockTests {
  static let steady = "processor : 0\nflags\t\t: fpu tsc constant_tsc nonstop_tsc\n"

  @Test(arguments: [
    (steady + steady, "tsc\n", ["local", "x86-tsc", "mono"], TracingClock.processor),
    (steady, "kvm-clock\n", ["local", "x86-tsc", "mono"], .monotonic),
    (steady, "tsc\n", ["local", "mono"], .monotonic),
    (steady + "flags : fpu constant_tsc\n", "tsc\n", ["x86-tsc"], .monotonic),
    ("Features : fp asimd\n", "arch_sys_counter\n", ["mono"], .monotonic),
    ("", "tsc\n", ["x86-tsc"], .monotonic),
  ])
  func `the processor's counter only where it runs steadily`(
    cpuInfo: String, source: String, available: [String], clock: TracingClock
  ) {
    let directory = Surroundings.scratchDirectory()
    defer { Surroundings.remove(directory) }
    Surroundings.write(cpuInfo, to: directory + "/cpuinfo")
    Surroundings.write(source, to: directory + "/clocksource")
    #expect(
      TracingClock.choose(
        among: available, cpuInfo: directory + "/cpuinfo",
        clockSource: directory + "/clocksource") == clock)
  }

  @Test func `no such files mean mono`() {
    #expect(
      TracingClock.choose(among: ["x86-tsc"], cpuInfo: "/nowhere", clockSource: "/nowhere")
        == .monotonic)
  }
}
