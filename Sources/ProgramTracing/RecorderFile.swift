internal import CLinux
internal import Glibc

/// The file by which people and other recorders learn of a recording.
///
/// It lies beside the session's file, is named after the session and locked for as long as the
/// recorder lives: unlocked, it is a dead recorder's.
package final class RecorderFile: Sendable {
  static let prefix = "recorder-"
  static let socketPrefix = "control-"

  package let status: RecorderStatus
  private let directory: TrustedDirectory
  private let descriptor: Int32

  /// Publishes a recording; throws where a living one has the name.
  package init(
    _ status: RecorderStatus, in places: ProgramDirectories
  ) throws(ProgramTracingError) {
    guard FileName.isAllowed(status.name), status.name.utf8.count < 64 else {
      throw .badName(status.name)
    }
    let directory = try TrustedDirectory(
      creating: places.sessions, mode: places.sessionsAreForAll ? 0o755 : 0o700)
    descriptor = try Self.publish(
      status, mode: places.sessionsAreForAll ? 0o644 : 0o600, in: directory)
    self.directory = directory
    self.status = status
  }

  private static func publish(
    _ status: RecorderStatus, mode: UInt32, in directory: borrowing TrustedDirectory
  ) throws(ProgramTracingError) -> Int32 {
    let name = prefix + status.name
    let hidden = ".\(prefix)\(status.identifier.text)"
    let path = directory.path + "/" + name
    let descriptor = unsafe swtrace_linux_open_beneath(
      directory.descriptor, hidden, O_RDWR | O_CREAT | O_EXCL, mode)
    guard descriptor >= 0 else { throw .system(call: "openat2", path: path, errno: errno) }
    var failure: ProgramTracingError?
    if fchmod(descriptor, mode) != 0 {
      failure = .system(call: "fchmod", path: path, errno: errno)
    } else if case let number = swtrace_linux_lock(descriptor, 1), number != 0 {
      failure = .system(call: "lock", path: path, errno: number)
    } else if case let number = write(status.encoded, to: descriptor, at: 0), number != 0 {
      failure = .system(call: "pwrite", path: path, errno: number)
    } else {
      do throws(ProgramTracingError) {
        try take(name, from: hidden, session: status.name, in: directory)
      } catch {
        failure = error
      }
    }
    if let failure {
      unsafe unlinkat(directory.descriptor, hidden, 0)
      close(descriptor)
      throw failure
    }
    return descriptor
  }

  /// Gives the file its name, which may be a dead recorder's.
  ///
  /// Whoever removes a dead one's file holds its lock meanwhile: of two who find it, the later one
  /// finds the earlier one's file in its place.
  private static func take(
    _ name: String, from hidden: String, session: String, in directory: borrowing TrustedDirectory
  ) throws(ProgramTracingError) {
    for _ in 0..<8 {
      let number = unsafe swtrace_linux_rename_new(directory.descriptor, hidden, name)
      guard number != 0 else { return }
      guard number == EEXIST else {
        throw .system(call: "renameat2", path: directory.path + "/" + name, errno: number)
      }
      let dead = unsafe swtrace_linux_open_beneath(directory.descriptor, name, O_RDWR, 0)
      guard dead >= 0 else {
        if errno == ENOENT { continue }
        throw .system(call: "openat2", path: directory.path + "/" + name, errno: errno)
      }
      defer { close(dead) }
      guard swtrace_linux_lock(dead, 1) == 0 else { throw .sessionExists(name: session) }
      var found = stat()
      guard unsafe fstat(dead, &found) == 0 else { continue }
      directory.remove(
        name,
        identity: ConfinedFile.Identity(
          device: UInt64(found.st_dev), inode: UInt64(found.st_ino)))
    }
    throw .sessionExists(name: session)
  }

  /// Removes a dead recorder's file and socket.
  static func removeDead(_ name: String, in directory: borrowing TrustedDirectory) {
    guard let file = try? ConfinedFile(name, in: directory, writable: true),
      swtrace_linux_lock(file.descriptor, 1) == 0
    else { return }
    let session = name.dropFirst(prefix.count)
    unsafe unlinkat(directory.descriptor, socketPrefix + session, 0)
    for file in FlightFile.allCases {
      unsafe unlinkat(directory.descriptor, file.rawValue + session, 0)
    }
    directory.remove(name, identity: file.identity)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32, at offset: Int) -> Int32 {
    let wrote = unsafe pwrite(descriptor, bytes, bytes.count, offset)
    return wrote == bytes.count ? 0 : wrote < 0 ? errno : ENOSPC
  }

  /// Writes down how far the recording is.
  package func update(events: UInt64, lost: UInt64, bytes: UInt64) {
    var now = status
    now.events = events
    now.lost = lost
    now.bytes = bytes
    now.updated = swtrace_linux_nanoseconds(CLOCK_MONOTONIC)
    _ = Self.write(now.counts, to: descriptor, at: RecorderStatus.countsOffset)
  }

  /// Listens for those who want the recording stopped or a snapshot of it.
  package func listen() throws(ProgramTracingError) -> ControlSocket {
    let name = Self.socketPrefix + status.name
    // The name is this recorder's now: what is there was left by a dead one.
    unsafe unlinkat(directory.descriptor, name, 0)
    let listener = unsafe swtrace_linux_control_listen(directory.descriptor, name)
    guard listener >= 0 else {
      throw .system(call: "bind", path: directory.path + "/" + name, errno: errno)
    }
    return ControlSocket(listener)
  }

  /// Makes a file beside this one, which goes with it where the recorder is not killed.
  package func makeFile(_ prefix: FlightFile) throws(ProgramTracingError) -> Int32 {
    let name = prefix.rawValue + status.name
    unsafe unlinkat(directory.descriptor, name, 0)
    let descriptor = unsafe swtrace_linux_open_beneath(
      directory.descriptor, name, O_RDWR | O_CREAT | O_EXCL, 0o600)
    guard descriptor >= 0 else {
      throw .system(call: "openat2", path: "\(directory.path)/\(name)", errno: errno)
    }
    return descriptor
  }

  deinit {
    for file in FlightFile.allCases {
      unsafe unlinkat(directory.descriptor, file.rawValue + status.name, 0)
    }
    unsafe unlinkat(directory.descriptor, Self.socketPrefix + status.name, 0)
    unsafe unlinkat(directory.descriptor, Self.prefix + status.name, 0)
    close(descriptor)
  }
}

/// The files of a flight recorder: its newest events, and what explains them.
package enum FlightFile: String, CaseIterable, Sendable {
  case ring = "ring-"
  case tables = "tables-"
}

/// A recording that was found, of a living recorder or a dead one.
package struct FoundRecorder: Sendable {
  package var status: RecorderStatus
  /// Where its files lie.
  package var directory: String
  package var isAlive: Bool
  /// Nanoseconds since it last wrote its counts down.
  package var silence: UInt64

  /// The recordings of this machine that the caller can see, by name.
  package static func all(in places: ProgramDirectories) -> [FoundRecorder] {
    var found: [FoundRecorder] = []
    for path in places.ofSessions {
      let owner = path.split(separator: "/").last.flatMap {
        ProgramDirectories.owner(ofDirectory: String($0))
      }
      guard
        let directory = try? TrustedDirectory(
          path, owner: path == ProgramDirectories.root ? 0 : owner),
        let names = try? directory.names()
      else { continue }
      for name in names where name.hasPrefix(RecorderFile.prefix) {
        guard let recorder = try? FoundRecorder(name, in: directory) else { continue }
        found.append(recorder)
      }
    }
    return found.sorted { ($0.status.name, $0.directory) < ($1.status.name, $1.directory) }
  }

  package init(status: RecorderStatus, directory: String, isAlive: Bool, silence: UInt64) {
    self.status = status
    self.directory = directory
    self.isAlive = isAlive
    self.silence = silence
  }

  private init?(
    _ name: String, in directory: borrowing TrustedDirectory
  ) throws(ProgramTracingError) {
    let file = try ConfinedFile(name, in: directory, writable: false)
    guard let status = RecorderStatus(try file.bytes(at: 0, count: RecorderStatus.size)),
      RecorderFile.prefix + status.name == name
    else { return nil }
    self.status = status
    self.directory = directory.path
    isAlive = swtrace_linux_is_locked(file.descriptor) == 1
    let now = swtrace_linux_nanoseconds(CLOCK_MONOTONIC)
    silence = now > status.updated ? now - status.updated : 0
  }
}
