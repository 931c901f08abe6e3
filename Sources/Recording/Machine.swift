internal import CLinux
internal import Events
internal import Glibc
internal import TraceFile

/// The machine that is recorded, as a trace's preamble tells it.
enum Machine {
  /// As `uname -m` prints it.
  static var name: String {
    var buffer = utsname()
    return unsafe String(cString: swtrace_linux_machine(&buffer))
  }

  static func preamble(_ options: RecordingOptions, clock: RecorderClock) -> Preamble {
    Preamble(
      identifier: .random(), hostName: ProcFile.text("/proc/sys/kernel/hostname"),
      kernelRelease: ProcFile.text("/proc/sys/kernel/osrelease"),
      kernelVersion: ProcFile.text("/proc/sys/kernel/version"), machine: name,
      bootIdentifier: ProcFile.text("/proc/sys/kernel/random/boot_id"),
      commandLine: options.command, creator: "swtrace \(SwtraceVersion.text)",
      cpus: CPUList(ProcFile.text("/sys/devices/system/cpu/possible"))?.numbers.count ?? 1,
      reading: clock.read(), referenceClock: clock.reference)
  }
}
