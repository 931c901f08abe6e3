internal import CLinux
internal import Glibc

/// A plain thread with a name; its number is known before it does anything.
@safe final class RecorderThread: Sendable {
  private let handle: pthread_t
  let number: Int32
  /// Raised when the thread's work is done.
  let ended: Signal

  private final class Start: @unchecked Sendable {
    let body: @Sendable () -> Void
    let name: String
    var number: Int32 = 0
    let known = Signal()
    let ended = Signal()

    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  /// Starts a thread; nil where the system refuses one.
  init?(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let start = Start(name: name, body: body)
    var handle = pthread_t()
    let argument = unsafe Unmanaged.passRetained(start)
    let error = unsafe pthread_create(
      &handle, nil,
      { raw in
        guard let raw = unsafe raw else { return nil }
        let start = unsafe Unmanaged<Start>.fromOpaque(raw).takeRetainedValue()
        start.number = swtrace_linux_thread_number()
        unsafe swtrace_linux_name_thread(start.name)
        start.known.raise()
        start.body()
        start.ended.raise()
        return nil
      }, unsafe argument.toOpaque())
    guard error == 0 else {
      unsafe argument.release()
      return nil
    }
    start.known.wait()
    self.handle = handle
    number = start.number
    ended = start.ended
  }

  func join() {
    pthread_join(handle, nil)
  }
}
