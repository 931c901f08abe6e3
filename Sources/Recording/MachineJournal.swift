internal import Events
internal import Glibc
internal import KernelTracing
internal import ProgramTracing
internal import TraceFile

/// Writes the machine's state into the trace: as a whole at start and end, programs as they come.
struct MachineJournal: ~Copyable {
  /// Reference tick at which the journal was begun.
  let start: UInt64
  private let output: TraceOutput
  private let observer: RecordingObserver
  private let clock: RecorderClock
  private let stream: StreamID
  private let identifiers: [EventTypeID]

  /// `start`: the reference tick from which on the trace tells, where not now.
  init(
    output: TraceOutput, observer: RecordingObserver, clock: RecorderClock, start: UInt64? = nil
  ) {
    self.output = output
    self.observer = observer
    self.clock = clock
    self.start = start ?? clock.ticks
    stream = output.add(EventStream(source: .machine, clock: clock.reference))
    identifiers = MachineEvents.all.map { output.intern($0) }
  }

  func readAll(kernel: KernelRecording?) {
    var reading = newReading(at: clock.ticks)
    reading.readAll()
    kernel?.facts(into: &reading)
    write(reading.batch)
  }

  /// The machine as it is now, stamped with `tick`; not written to the output.
  func walk(
    at tick: UInt64, kernel: KernelRecording?, _ more: (inout MachineReading) -> Void
  ) -> Batch {
    var reading = newReading(at: tick)
    reading.readAll()
    kernel?.facts(into: &reading)
    more(&reading)
    return reading.batch
  }

  /// Programs and their threads, each from when it began to write on.
  func note(_ found: (processes: [FoundProcess], threads: [FoundThread])) {
    var readings: [Batch] = []
    for process in found.processes {
      var reading = newReading(at: instant(process.process.start))
      reading.addProcess(
        process.process.pid, executable: process.process.executable,
        commandLine: process.commandLine, user: process.uid)
      reading.addThread(
        process.process.pid, of: process.process.pid, parent: process.parent, name: process.comm,
        namespaceNumber: process.process.namespacePid,
        cgroup: MachineReading.cgroupPath(in: process.cgroups))
      readings.append(reading.batch)
    }
    for thread in found.threads {
      var reading = newReading(at: instant(thread.time))
      reading.addThread(
        thread.thread, of: thread.process, parent: 0, name: thread.comm,
        namespaceNumber: thread.namespaceThread)
      readings.append(reading.batch)
    }
    guard !readings.isEmpty else { return }
    var batch = Batch(gathering: readings)
    batch.streams = []
    write(batch)
  }

  /// The command's name, which it has from its execution on.
  func noteCommand(_ pid: ProcessNumber) {
    var reading = newReading(at: clock.ticks)
    reading.readProcess(pid)
    write(reading.batch)
  }

  /// Programs stamp with the processor's counter; where that is not the reference, now has to do.
  private func instant(_ ticks: UInt64) -> UInt64 {
    clock.reference == .processor ? max(ticks, start) : clock.ticks
  }

  private func newReading(at time: UInt64) -> MachineReading {
    MachineReading(stream: stream, identifiers: identifiers, time: time)
  }

  private func write(_ batch: Batch) {
    guard batch.count > 0 else { return }
    observer.batch(batch)
    do throws(TraceFileError) {
      var blocks = try BlockEncoder()
      output.append(try blocks.encode(batch))
    } catch {
      output.lose(batch, error)
    }
  }
}
