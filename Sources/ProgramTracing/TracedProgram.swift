internal import CLinux
internal import CSwtrace
internal import Events
internal import Glibc

/// A program's file and what the recorder knows of the process that maps it.
final class TracedProgram {
  enum Phase {
    /// Its constructor has not read the session files yet.
    case starting
    case attached
    /// Not wanted, or without the session: only kept so that it is not looked at again.
    case ignored
    /// The session has ended: nothing is switched on any more.
    case stopped
    /// Nobody maps the file, and it has been read to its end.
    case ended
  }

  let file: ConfinedFile
  let mapping: SharedMapping
  let layout: RegistryLayout
  /// Directory and name by which the file was found, nil where it has none that can be removed.
  let place: (directory: WatchedDirectory, name: String)?
  let proc: ProcFilesystem

  /// As this host numbers it; where it was not seen alive and is another pid namespace's, its number
  /// there, made negative.
  var pid: ProcessNumber
  /// Open as long as the program is kept, so that what /proc tells is known to be of this process.
  var pidfd: Int32 = -1
  /// CLOCK_MONOTONIC of the program ahead of this one's, where that is its clock.
  var clockOffset: UInt64 = 0
  var phase = Phase.starting
  var slot = 0
  var generation: UInt32 = 0
  var streamID: StreamID?
  /// Bytes that all chunks of the session may have in this program.
  var memoryLimit = Int.max
  var isReported = false
  /// Its file lies where its user put it ($SWTRACE_DIR), for whoever looks there: what it recorded
  /// without a recorder is not this one's.
  var isElsewhere = false
  /// Its file is memory without a name.
  var isMemory = false

  // Markers, by id - 1.
  var descriptions: [MarkerDescription] = []
  var identifiers: [EventTypeID?] = []
  var wanted: [Bool] = []
  var plans: [MarkerPlan] = []
  var codes: [UInt8] = []
  /// Number of the assembly's batch to which the groups in `plans` belong.
  var plansBatch: UInt64 = 0

  // Buffers.
  var control: [UInt8] = []
  var extents: [Int: ExtentProgress] = [:]
  var open: [OpenRecord] = []
  var torn = TornEvents()
  /// Losses that have been told, by note.
  var notesTold: [Int: UInt64] = [:]
  var slotLossTold: UInt64 = 0
  var unregisteredTold: UInt64 = 0
  var refusedTold: UInt32 = 0
  /// This host's numbers of the threads that have been told, by their own ones.
  var threads: [ThreadNumber: ThreadNumber] = [:]
  /// The same of those that were seen alive inside another pid namespace.
  var threadsInside: [ThreadNumber: ThreadNumber] = [:]

  // Pace.
  var nextVisit: UInt64 = 0
  var lastVisit: UInt64 = 0
  var interval: UInt64 = 2_000_000
  var nextFlush: UInt64 = 0
  var nextMapCheck: UInt64 = 0
  var filled = 0
  var freeBytes = 0
  /// Bytes that were free before this visit gave any back.
  var foundFree = 0
  var freeChunks = 0
  var writingChunks = 0
  /// Bytes that this recorder has backed in the file.
  var provisioned = 0
  var isDry = false
  /// At the last visit a record was being written.
  var hasOpenRecords = false
  /// CLOCK_MONOTONIC before which nothing is to come any more.
  var completeAt: UInt64 = 0
  /// The process has ended, or is not to be seen; whether others map the file is asked for.
  var isSuspect = false
  /// No process that can be seen maps the file.
  var isUnmapped = false
  /// Markers ask whether their process is registered.
  var isMarked = false
  /// After the stop: no record is open any more.
  var isQuiet = false

  init(
    _ file: consuming ConfinedFile, place: (directory: WatchedDirectory, name: String)?,
    proc: ProcFilesystem
  ) throws(ProgramTracingError) {
    let status = try file.status()
    guard status.size >= UInt64(RegistryLayout.headerSize) else {
      throw .untrustedFile(path: file.path, reason: .tooSmall(status.size))
    }
    let head = try file.bytes(at: 0, count: RegistryLayout.headerSize)
    layout = try RegistryLayout(head, fileSize: status.size, path: file.path)
    guard let size = Int(exactly: layout.mappedSize) else {
      throw .untrustedFile(path: file.path, reason: .tooLarge(status.size))
    }
    mapping = try SharedMapping(file, size: size)
    self.file = file
    self.place = place
    self.proc = proc
    pid = layout.presumedPid
  }

  deinit {
    if pidfd >= 0 { close(pidfd) }
  }

  func malformed(_ field: String, _ offset: UInt64) -> ProgramTracingError {
    .malformed(path: file.path, field: field, offset: offset)
  }

  /// Does an operation on a word, or tells that the file is gone.
  func apply(
    _ operation: SharedMapping.Operation, at offset: UInt64, _ field: String
  ) throws(ProgramTracingError) {
    guard mapping.apply(operation, at: offset) else { throw malformed(field, offset) }
  }

  /// Writes bytes that nobody else touches at this time.
  ///
  /// Returns 0 or an errno.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) -> Int32 {
    var done = 0
    while done < bytes.count {
      let put = unsafe pwrite(
        file.descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done,
        Int(clamping: offset) + done)
      if put < 0 {
        if errno == EINTR { continue }
        return errno
      }
      if put == 0 { return ENOSPC }
      done += put
    }
    return 0
  }

  func write(_ bytes: [UInt8], at offset: UInt64, _ field: String) throws(ProgramTracingError) {
    let number = unsafe bytes.withUnsafeBytes { unsafe write($0, at: offset) }
    guard number == 0 else { throw .system(call: "pwrite", path: file.path, errno: number) }
  }

  /// Copies what changes all the time: slots, notes, extents and their free chunks.
  func readControl() throws(ProgramTracingError) {
    guard try file.status().size >= layout.mappedSize else { throw malformed("size", 0) }
    if control.count != layout.controlSize {
      control = [UInt8](repeating: 0, count: layout.controlSize)
    }
    var got = 0
    var fault: ProgramTracingError?
    unsafe control.withUnsafeMutableBytes { buffer in
      do throws(ProgramTracingError) {
        got = try unsafe file.read(into: buffer, at: 0)
      } catch {
        fault = error
      }
    }
    if let fault { throw fault }
    guard got == layout.controlSize else { throw malformed("control", UInt64(got)) }
  }

  /// Eight bytes of the file as they are now.
  func number(at offset: UInt64) throws(ProgramTracingError) -> UInt64 {
    var number: UInt64 = 0
    let got = unsafe withUnsafeMutableBytes(of: &number) { bytes in
      unsafe pread(file.descriptor, bytes.baseAddress, 8, Int(clamping: offset))
    }
    guard got == 8 else { throw malformed("size", offset) }
    return UInt64(littleEndian: number)
  }

  func controlWord(_ offset: UInt64) -> UInt32 {
    UInt32(control.number(at: Int(offset), bytes: 4))
  }

  func controlNumber(_ offset: UInt64) -> UInt64 {
    control.number(at: Int(offset), bytes: 8)
  }

  /// Whether the extent's word says that it is this session's.
  func isOwn(_ word: UInt32) -> Bool {
    word != 0 && swtrace_extent_slot(word) == UInt32(slot)
      && swtrace_extent_generation(word) == generation & 0xffff
  }

  /// Runs `body` while no other recorder claims slots or extents here; nil where another does.
  func locked<Answer>(
    _ body: () throws(ProgramTracingError) -> Answer
  ) throws(ProgramTracingError) -> Answer? {
    guard swtrace_linux_lock(file.descriptor, 1) == 0 else { return nil }
    defer { _ = swtrace_linux_lock(file.descriptor, 0) }
    return try body()
  }

  /// Whether somebody else still has the file mapped (or open).
  ///
  /// The kernel does not count who writes to memory that was made without a name: of that only /proc
  /// tells.
  var isShared: Bool {
    isMemory ? !isUnmapped : swtrace_linux_is_shared(file.descriptor) != 0
  }

  /// Ticks of the program's clock now, as the recorder reads them.
  var now: UInt64 {
    switch layout.clock {
    case .processor: swtrace_linux_processor_ticks()
    case .monotonic: swtrace_linux_nanoseconds(CLOCK_MONOTONIC)
    }
  }

  var process: TracedProcess {
    let start = layout.start.ticks(of: layout.clock)
    return TracedProcess(
      pid: pid, namespacePid: layout.pid, nonce: layout.nonceHigh ^ layout.nonceLow,
      start: start &- (layout.clock == .monotonic ? clockOffset : 0),
      executable: layout.executable)
  }
}

/// A directory whose registries are followed.
final class WatchedDirectory {
  let directory: TrustedDirectory
  let watch: Int32?

  init(_ directory: consuming TrustedDirectory, watch: Int32?) {
    self.directory = directory
    self.watch = watch
  }
}
