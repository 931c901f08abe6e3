internal import CLinux
internal import Glibc

/// What somebody who may do so asked of a recorder; answered once.
package final class ControlRequest {
  package let words: String
  /// A file of the asker's that came with the request, -1 where none did.
  package let descriptor: Int32
  private let connection: Int32

  fileprivate init(_ words: String, descriptor: Int32, connection: Int32) {
    self.words = words
    self.descriptor = descriptor
    self.connection = connection
  }

  package func answer(_ words: String) {
    let bytes = Array(words.utf8)
    _ = unsafe swtrace_linux_control_send(connection, bytes, bytes.count, -1)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    close(connection)
  }
}

/// A recorder's ear: one message a connection, of root or of the recorder's own user.
///
/// Whoever connects and says nothing is dropped after ten seconds, for a busy machine may let somebody
/// wait that long between the two; after one where as many wait as there may.
package final class ControlSocket {
  private static let mostConnections = 16
  static let longestMessage = 4096

  private let listener: Int32
  private var waiting: [(connection: Int32, since: UInt64)] = []

  init(_ listener: Int32) {
    self.listener = listener
  }

  deinit {
    for (connection, _) in waiting { close(connection) }
    close(listener)
  }

  private var patience: UInt64 {
    waiting.count < Self.mostConnections ? 10_000_000_000 : 1_000_000_000
  }

  /// To be waited on.
  package var descriptors: [Int32] { [listener] + waiting.map(\.connection) }

  /// The next request that has come, nil where none has.
  package func next() -> ControlRequest? {
    let now = swtrace_linux_nanoseconds(CLOCK_MONOTONIC)
    accept(now)
    var index = 0
    while index < waiting.count {
      let (connection, since) = waiting[index]
      var bytes = [UInt8](repeating: 0, count: Self.longestMessage)
      var passed: Int32 = -1
      let got = unsafe swtrace_linux_control_receive(connection, &bytes, bytes.count, &passed)
      if got > 0 {
        waiting.remove(at: index)
        return ControlRequest(
          String(decoding: bytes[..<got], as: UTF8.self), descriptor: passed,
          connection: connection)
      }
      if passed >= 0 { close(passed) }
      if got == -Int(EAGAIN), now - since < patience {
        index += 1
      } else {
        close(connection)
        waiting.remove(at: index)
      }
    }
    return nil
  }

  private func accept(_ now: UInt64) {
    while waiting.count < Self.mostConnections {
      var user: uid_t = .max
      let connection = unsafe swtrace_linux_control_accept(listener, &user)
      guard connection >= 0 else { return }
      if user == 0 || user == geteuid() {
        waiting.append((connection, now))
      } else {
        let refusal = Array("error \(EPERM)".utf8)
        // What it has said already is taken, or the end would reach it before the answer.
        var bytes = [UInt8](repeating: 0, count: Self.longestMessage)
        var passed: Int32 = -1
        _ = unsafe swtrace_linux_control_receive(connection, &bytes, bytes.count, &passed)
        if passed >= 0 { close(passed) }
        _ = unsafe swtrace_linux_control_send(connection, refusal, refusal.count, -1)
        close(connection)
      }
    }
  }
}

extension FoundRecorder {
  /// Asks the recorder for something and waits for its answer.
  ///
  /// `descriptor` is handed to it where it is not negative; `isWanted` is asked now and then whether
  /// to wait on. Throws ETIMEDOUT where it is not, ECONNRESET where the recorder ended unasked.
  package func ask(
    _ words: String, passing descriptor: Int32 = -1, while isWanted: () -> Bool
  ) throws(ProgramTracingError) -> String {
    let path = "\(directory)/\(RecorderFile.socketPrefix)\(status.name)"
    let place = try TrustedDirectory(directory, owner: status.user)
    let connection = unsafe swtrace_linux_control_connect(
      place.descriptor, RecorderFile.socketPrefix + status.name)
    guard connection >= 0 else { throw .system(call: "connect", path: path, errno: errno) }
    defer { close(connection) }
    let request = Array(words.utf8)
    let number = unsafe swtrace_linux_control_send(
      connection, request, request.count, descriptor)
    guard number == 0 else { throw .system(call: "send", path: path, errno: number) }
    var bytes = [UInt8](repeating: 0, count: ControlSocket.longestMessage)
    while true {
      var passed: Int32 = -1
      let got = unsafe swtrace_linux_control_receive(connection, &bytes, bytes.count, &passed)
      if passed >= 0 { close(passed) }
      if got > 0 { return String(decoding: bytes[..<got], as: UTF8.self) }
      if got == 0 { throw .system(call: "receive", path: path, errno: ECONNRESET) }
      guard got == -Int(EAGAIN) else {
        throw .system(call: "receive", path: path, errno: Int32(-got))
      }
      guard isWanted() else { throw .system(call: "receive", path: path, errno: ETIMEDOUT) }
      var poll = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
      unsafe _ = Glibc.poll(&poll, 1, 100)
    }
  }
}
