internal import Events
internal import Glibc
internal import KernelTracing
internal import ProgramTracing

/// What can be recorded on this machine by this user, what cannot, and the remedy.
struct RecordingAbilities {
  struct SetOfEvents {
    var name: String
    var summary: String
    /// Events of the set that this kernel has.
    var events: Int
  }

  var tracefs: String?
  var kernelProblem: Problem?
  var clock: TracingClock?
  var events = 0
  var systems = 0
  var sets: [SetOfEvents] = []
  /// The kernel's lockdown, where it is in force.
  var lockdown: String?

  /// Where programs put their buffers, and how much fits there.
  var sharedMemory = "/dev/shm"
  var sharedMemoryFree: UInt64 = 0
  var markersProblem: Problem?
  var markedProcesses: Set<ProcessNumber> = []
  var markers = 0
  /// Programs whose descriptions could not be read.
  var unreadable: [Problem] = []

  static func find() -> RecordingAbilities {
    var abilities = RecordingAbilities()
    abilities.findKernel()
    abilities.findMarkers()
    return abilities
  }

  private mutating func findKernel() {
    do throws(KernelTracingError) {
      let found = try Tracefs.locate(mounting: false)
      tracefs = found.root
      let probed = found.probe()
      if let error = probed.listingError ?? probed.instanceError ?? probed.pagesError {
        kernelProblem = Words.problem(error)
      } else {
        clock = TracingClock.choose(among: probed.clocks)
      }
      guard probed.listingError == nil else { return }
      let known = try found.events()
      events = known.count
      systems = Set(known.map(\.system)).count
      sets = EventSet.all.map { set in
        let here = known.count { set.contains(system: $0.system, name: $0.event) }
        return SetOfEvents(name: set.name, summary: set.summary, events: here)
      }
    } catch {
      kernelProblem = Words.problem(error)
    }
    if kernelProblem != nil { lockdown = Self.lockdownInForce() }
  }

  private mutating func findMarkers() {
    var space = statvfs()
    if unsafe statvfs(sharedMemory, &space) != 0 {
      markersProblem = Problem(sharedMemory, Words.system(errno), hint: Words.sharedMemoryHint)
      return
    }
    sharedMemoryFree = UInt64(space.f_bavail) &* UInt64(space.f_frsize)
    if unsafe access(sharedMemory, W_OK) != 0 {
      markersProblem = Problem(sharedMemory, Words.system(errno), hint: Words.sharedMemoryHint)
      return
    }
    let running = RunningMarkers()
    markers = running.markers.count
    markedProcesses = Set(running.markers.flatMap(\.processes))
    unreadable = running.unreadable.map { Words.problem($0.reason) }
  }

  /// The mode in brackets of the kernel's lockdown, unless that is `none`.
  private static func lockdownInForce() -> String? {
    let descriptor = unsafe open("/sys/kernel/security/lockdown", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 128)
    let count = unsafe read(descriptor, &bytes, bytes.count)
    let text = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    guard let mode = text.split(separator: "[").dropFirst().first?.split(separator: "]").first,
      mode != "none"
    else { return nil }
    return String(mode)
  }
}
