internal import CLinux
internal import Events
internal import Glibc
internal import KernelTracing
package import ProgramTracing

/// What there is to record on this machine, and what of it was asked for.
struct RecordingSources: Sendable {
  /// CLOCK_MONOTONIC at which preparations began.
  let start = monotonicNanoseconds()
  let clock: RecorderClock
  let tracingClock: TracingClock
  /// nil where the kernel cannot be, or is not to be, traced.
  let tracefs: Tracefs?
  let kernelUnavailable: KernelTracingError?
  let selection: ResolvedSelection
  let filter: Filter?
  /// Markers of running programs, and of the command that is to run.
  let markers: [EventType]
  /// Soft limit of open descriptors before the recorder raised its own.
  let descriptorLimit: DescriptorLimit
  let memoryLimit = MemoryLimit.current

  init(_ options: RecordingOptions) throws(RecordingError) {
    if let limit = memoryLimit.addressSpace, limit < Self.leastAddressSpace {
      throw .addressSpace(limit: limit, needed: Self.leastAddressSpace)
    }
    var tracefs: Tracefs?
    var unavailable: KernelTracingError?
    var events: [EventName]?
    var clocks = [TracingClock.processor.name]
    if options.recordsKernel {
      do throws(KernelTracingError) {
        let found: Tracefs
        if let root = options.tracefsRoot {
          found = Tracefs(root: root)
        } else {
          found = try Tracefs.locate(mounting: geteuid() == 0)
        }
        let abilities = found.probe()
        if let error = abilities.instanceError ?? abilities.listingError { throw error }
        clocks = abilities.clocks
        events = try found.events().map { EventName($0.system, $0.event) }
        tracefs = found
      } catch {
        unavailable = error
      }
    }
    tracingClock =
      options.usesProcessorClock ? TracingClock.choose(among: clocks) : TracingClock.monotonic
    clock = RecorderClock(usesProcessorCounter: tracingClock.kind == .processor)
    self.tracefs = tracefs
    kernelUnavailable = unavailable
    descriptorLimit = DescriptorLimit.raise()

    markers = options.recordsMarkers ? Self.markers(of: options.command) : []
    do throws(EventsError) {
      filter = try options.filter.map { text throws(EventsError) in try Filter(parsing: text) }
      selection = try EventSelection(parsing: options.selections).resolve(
        KnownEvents(
          kernel: events, markers: markers.map { EventName($0.system, $0.name) },
          systemCalls: SystemCallTable(machine: Machine.name)?.names.filter { !$0.isEmpty } ?? []))
      try filter?.refuseTraceTerms()
    } catch {
      throw .events(error)
    }
    let recordsMarkers = options.recordsMarkers && !selection.markers.isEmpty
    let recordsKernel = tracefs != nil && !selection.kernel.isEmpty
    if !recordsKernel, !recordsMarkers { throw .noSource(kernel: unavailable) }
    // Who leaves the kernel out, or names markers that nobody has yet, waits for programs to come.
    let awaitsPrograms = !options.recordsKernel || !selection.awaited.isEmpty
    if !recordsKernel, !awaitsPrograms, options.command.isEmpty, markers.isEmpty {
      throw .noSource(kernel: unavailable)
    }
  }

  /// Libraries, stacks and what the allocator sets aside for each thread, before any buffer.
  private static var leastAddressSpace: UInt64 {
    (320 + 8 * UInt64(CPUList.online().numbers.count)) << 20
  }

  private static func markers(of command: [String]) -> [EventType] {
    var types = RunningMarkers().markers.map(\.type)
    if let program = command.first, let path = ExecutablePath.find(program),
      let object = try? MarkedObject(path: path)
    {
      types += object.markers.filter { !types.contains($0) }
    }
    return types
  }
}

extension ProgramDirectories {
  /// The usual ones, or $SWTRACE_DIR.
  package static var ofEnvironment: ProgramDirectories {
    .standard(override: unsafe getenv("SWTRACE_DIR").map { unsafe String(cString: $0) })
  }
}
