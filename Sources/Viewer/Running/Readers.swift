internal import Analysis
internal import Glibc
internal import Synchronization

/// Threads that answer questions: one for what is read at once, one for what takes long, one that
/// reads the levels.
///
/// A question of a kind that is asked anew takes the place of the old one, which is given up.
final class Readers: Sendable {
  private struct Inbox {
    var wanted: [Question.Kind: Question] = [:]
    var answers: [(Question, Answer)] = []
    var timeline: Timeline
    var isEnding = false
    var failure: String?
    var notice: String?
  }

  private let inbox: Mutex<Inbox>
  private let host: ViewHost
  /// Written to whenever there is something to show.
  private let wake: WakePipe
  private let quick = WakePipe()
  private let slow = WakePipe()
  private let threads: Mutex<[pthread_t]> = Mutex([])

  init(_ timeline: Timeline, host: ViewHost, wake: WakePipe) {
    inbox = Mutex(Inbox(timeline: timeline))
    self.host = host
    self.wake = wake
  }

  /// Starts the threads.
  func start() {
    run { $0.answer(isLong: false, $0.quick) }
    run { $0.answer(isLong: true, $0.slow) }
    run { $0.readLevels() }
    if host.reopen != nil { run { $0.follow() } }
  }

  /// Ends the threads, and waits for them.
  func stop() {
    inbox.withLock { $0.isEnding = true }
    quick.wake()
    slow.wake()
    for thread in threads.withLock({ $0 }) { pthread_join(thread, nil) }
  }

  /// Says which questions are open; others are given up.
  func ask(_ questions: [Question]) {
    let isNew = inbox.withLock { inbox in
      var wanted: [Question.Kind: Question] = [:]
      for question in questions where wanted[question.kind] == nil {
        wanted[question.kind] = question
      }
      defer { inbox.wanted = wanted }
      return wanted != inbox.wanted
    }
    guard isNew else { return }
    quick.wake()
    slow.wake()
  }

  /// What has been answered since.
  func takeAnswers() -> [(Question, Answer)] {
    inbox.withLock { inbox in
      defer { inbox.answers = [] }
      return inbox.answers
    }
  }

  /// The trace opened again, if it has grown.
  var timeline: Timeline { inbox.withLock { $0.timeline } }
  var failure: String? { inbox.withLock { $0.failure } }

  /// What is to be said once.
  func takeNotice() -> String? {
    inbox.withLock { inbox in
      defer { inbox.notice = nil }
      return inbox.notice
    }
  }

  private var isEnding: Bool { inbox.withLock { $0.isEnding } }

  private func run(_ body: @escaping @Sendable (Readers) -> Void) {
    let box = ThreadBody { [self] in
      // What a key does goes before what is read meanwhile.
      nice(5)
      body(self)
    }
    var thread = pthread_t()
    let result = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(box).toOpaque())
    guard result == 0 else {
      unsafe Unmanaged.passUnretained(box).release()
      inbox.withLock { $0.failure = "no thread could be started (errno \(result))" }
      return
    }
    let started = thread
    threads.withLock { $0.append(started) }
  }

  private func answer(isLong: Bool, _ pipe: WakePipe) {
    var done: Set<Question> = []
    var last = timeline
    while !isEnding {
      let (wanted, timeline) = inbox.withLock { ($0.wanted, $0.timeline) }
      if timeline !== last {
        // The same question has another answer in a trace that has grown.
        done = []
        last = timeline
      }
      done.formIntersection(wanted.values)
      let next = wanted.values.filter { $0.kind.isLong == isLong && !done.contains($0) }
        .min { $0.kind.rawValue < $1.kind.rawValue }
      guard let next else {
        pipe.wait()
        continue
      }
      let answered = done
      let isWanted: @Sendable () -> Bool = { [self] in
        inbox.withLock { inbox in
          guard inbox.wanted[next.kind] == next, !inbox.isEnding, inbox.timeline === timeline
          else { return false }
          // Sums can wait for what a key has asked for.
          return next.kind != .sums
            || !inbox.wanted.values.contains {
              !$0.kind.isLong && $0 != next && !answered.contains($0)
            }
        }
      }
      let answer = TimelineReader(timeline: timeline, host: host).answer(
        next, isWanted: isWanted,
        report: { [self] in if isWanted() { tell(next, $0) } })
      if answer != nil { done.insert(next) }
      if let answer, self.timeline === timeline { tell(next, answer) }
    }
  }

  private func tell(_ question: Question, _ answer: Answer) {
    inbox.withLock { inbox in
      // Progress that nobody has taken yet is out of date.
      if let last = inbox.answers.last, last.0 == question, last.1.isProgress {
        inbox.answers.removeLast()
      }
      inbox.answers.append((question, answer))
    }
    wake.wake()
  }

  private func readLevels() {
    let timeline = timeline
    guard timeline.levels != .complete else { return }
    do throws(AnalysisError) {
      var shown: Int64 = 0
      try timeline.readLevels { _ in
        let now = Moment.now
        if now - shown >= FramePacing.milliseconds * 1_000_000 {
          shown = now
          wake.wake()
        }
        return !isEnding
      }
      wake.wake()
      if let words = host.keepLevels(timeline) { inbox.withLock { $0.notice = words } }
    } catch {
      let words = host.words(error)
      inbox.withLock { $0.failure = words }
    }
    wake.wake()
  }

  /// Opens the trace again now and then; at most a quarter of the time goes into reading it.
  private func follow() {
    var pause: Int64 = 1_000_000_000
    while !isEnding {
      let until = Moment.now + pause
      while Moment.now < until, !isEnding { usleep(50_000) }
      guard !isEnding, timeline.levels == .complete, let grown = host.reopen?() else { continue }
      let start = Moment.now
      do throws(AnalysisError) {
        try grown.readLevels { _ in !isEnding }
      } catch {
        let words = host.words(error)
        inbox.withLock { $0.failure = words }
      }
      if isEnding { return }
      inbox.withLock { $0.timeline = grown }
      wake.wake()
      quick.wake()
      slow.wake()
      if grown.summary.isComplete { return }
      pause = max(1_000_000_000, 3 * (Moment.now - start))
    }
  }
}

extension Answer {
  fileprivate var isProgress: Bool {
    switch self {
    case .progress: true
    case .search(let found): !found.isFinished
    case .events(let page): page.awaitsItems
    case .sums(let sums): sums.isProvisional
    default: false
    }
  }
}

/// What a thread does.
private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// The monotonic clock in nanoseconds.
enum Moment {
  static var now: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// A pipe with which one thread wakes another.
final class WakePipe: Sendable {
  let reading: Int32
  private let writing: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    _ = unsafe pipe(&ends)
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    (reading, writing) = (ends[0], ends[1])
  }

  deinit {
    close(reading)
    close(writing)
  }

  func wake() {
    var byte: UInt8 = 1
    _ = unsafe write(writing, &byte, 1)
  }

  /// Waits until it is woken, at most a second.
  func wait() {
    var ready = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
    _ = unsafe poll(&ready, 1, 1000)
    drain()
  }

  func drain() {
    var bytes = [UInt8](repeating: 0, count: 256)
    while unsafe read(reading, &bytes, bytes.count) > 0 {}
  }
}
