internal import ArgumentParser
internal import Glibc
internal import Swtrace
internal import Synchronization

/// The program that `demo` records: threads that queue for one lock, writes that wait for the disk,
/// and threads that burn the CPU beside them, for three seconds.
struct DemoProgram: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo-program", abstract: "The program that 'swtrace demo' records.",
    shouldDisplay: false)

  @Option(help: ArgumentHelp("How long it runs.", valueName: "milliseconds"))
  var duration: Int = 3000

  func run() throws {
    let end = DemoClock.now + UInt64(min(max(duration, 1), 60_000)) * 1_000_000
    let journal = try DemoJournal()
    let convoy = DemoConvoy()
    var threads: [DemoThread] = []
    for number in 1...4 {
      threads.append(
        DemoThread("demo-worker-\(number)") {
          var request = UInt64(number)
          while DemoClock.now < end {
            convoy.serve(request, journal: request % 8 == 1 ? journal : nil)
            request += 4
          }
        })
    }
    for number in 1...2 {
      threads.append(
        DemoThread("demo-hog-\(number)") {
          while DemoClock.now < end {
            DemoClock.burn(nanoseconds: 60_000_000)
            DemoClock.sleep(nanoseconds: 20_000_000)
          }
        })
    }
    for thread in threads { thread.join() }
  }
}

/// Requests that all need one lock, which each holds for a while.
private final class DemoConvoy: Sendable {
  private let lock = Mutex(())
  private let waiting = Atomic<Int>(0)

  func serve(_ request: UInt64, journal: DemoJournal?) {
    DemoMarkers.request.span(request) {
      let depth = waiting.add(1, ordering: .relaxed).newValue
      DemoMarkers.queueDepth.emit(depth)
      lock.withLock { _ in
        waiting.subtract(1, ordering: .relaxed)
        DemoMarkers.update.span(request) {
          DemoClock.burn(nanoseconds: 200_000 + request % 5 * 150_000)
          if request % 32 == 5 { DemoClock.sleep(nanoseconds: 12_000_000) }
        }
      }
      journal?.write(request)
    }
    DemoClock.sleep(nanoseconds: 400_000)
  }
}

/// A file without a name whose every write waits for the disk.
private final class DemoJournal: Sendable {
  private let descriptor: Int32
  private let page = [UInt8](repeating: 0x5A, count: 128 << 10)

  init() throws(Problem) {
    for folder in [Terminal.variable("TMPDIR"), "/var/tmp", "."] {
      guard let folder, !folder.isEmpty else { continue }
      var path = Array("\(folder)/swtrace-demo-XXXXXX".utf8CString)
      let opened = unsafe mkstemp(&path)
      guard opened >= 0 else { continue }
      unsafe unlink(path)
      descriptor = opened
      return
    }
    throw Problem("demo", "no folder for its journal: \(Words.system(errno))", hint: "set TMPDIR")
  }

  deinit {
    close(descriptor)
  }

  func write(_ request: UInt64) {
    DemoMarkers.journalWrite.span(request, page.count) {
      _ = unsafe pwrite(descriptor, page, page.count, off_t(request % 64) * off_t(page.count))
      fsync(descriptor)
    }
  }
}

private enum DemoClock {
  static var now: UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  static func burn(nanoseconds: UInt64) {
    let end = now + nanoseconds
    while now < end {}
  }

  static func sleep(nanoseconds: UInt64) {
    var time = timespec(
      tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    unsafe nanosleep(&time, nil)
  }
}

/// A thread with a name.
@safe
private struct DemoThread {
  private final class Body: Sendable {
    let name: String
    let run: @Sendable () -> Void

    init(_ name: String, _ run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }

    func takeName() {
      let file = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
      guard file >= 0 else { return }
      let bytes = Array(name.utf8.prefix(15))
      _ = unsafe write(file, bytes, bytes.count)
      close(file)
    }
  }

  private let handle: pthread_t?

  init(_ name: String, _ run: @escaping @Sendable () -> Void) {
    let body = unsafe Unmanaged.passRetained(Body(name, run))
    var thread = pthread_t()
    let error = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let body = unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
        body.takeName()
        body.run()
        return nil
      }, body.toOpaque())
    if error != 0 { unsafe body.release() }
    handle = error == 0 ? thread : nil
  }

  func join() {
    if let handle { pthread_join(handle, nil) }
  }
}
