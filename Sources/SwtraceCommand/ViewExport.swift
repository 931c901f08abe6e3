internal import Analysis
internal import Events
internal import Glibc
internal import Synchronization
internal import Viewer

/// Writes a part of a trace to a file of its own, which must not be there yet.
enum ViewExport {
  static func write(
    _ timeline: Timeline, _ window: TimelineWindow, to path: String,
    _ progress: @Sendable (Double) -> Bool
  ) -> ExportOutcome {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { return .failed("\(path): \(Words.system(errno))") }
    defer { close(descriptor) }
    if let owner = UserAccount.behindSudo { _ = fchown(descriptor, owner.user, owner.group) }
    do throws(AnalysisError) {
      let events = try timeline.export(
        window, to: descriptor, creator: "swtrace \(SwtraceVersion.text)", progress: progress)
      guard let events else {
        unsafe unlink(path)
        return .stopped
      }
      return .written(events: events)
    } catch {
      unsafe unlink(path)
      let problem = Words.problem(error, path: path)
      return .failed("\(TerminalText.escaped(problem.what)): \(TerminalText.escaped(problem.why))")
    }
  }
}

/// Whether a file has become longer since it was last asked.
final class FileSize: Sendable {
  private let path: String
  private let last: Mutex<Int>

  init(_ path: String) {
    self.path = path
    last = Mutex(Self.bytes(path))
  }

  var hasGrown: Bool {
    let bytes = Self.bytes(path)
    return last.withLock { last in
      defer { last = bytes }
      return bytes > last
    }
  }

  private static func bytes(_ path: String) -> Int {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Int(status.st_size) : 0
  }
}
