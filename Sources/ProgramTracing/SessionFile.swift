internal import CLinux
internal import CSwtrace
internal import Events
internal import Glibc

/// Random number of a session, from getrandom(2).
package struct SessionIdentifier: Hashable, Sendable {
  package let high: UInt64
  package let low: UInt64

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  static func random() -> SessionIdentifier {
    var generator = SystemRandomNumberGenerator()
    return SessionIdentifier(high: generator.next() | 1 << 32, low: generator.next())
  }

  /// 32 hexadecimal digits, as in the file's name and in SWTRACE_SESSION.
  package var text: String {
    [high, low].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}

/// What a session's file says.
struct SessionDescription: Hashable, Sendable {
  var identifier: SessionIdentifier
  var name: String
  var flags: UInt32
  var recorder: Int32
  var created: UInt64

  init?(_ bytes: [UInt8]) {
    guard bytes.count >= MemoryLayout<swtrace_session>.size else { return nil }
    let header = unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(as: swtrace_session.self) }
    guard header.magic == SWTRACE_SESSION_MAGIC,
      header.layout_version == SWTRACE_LAYOUT_VERSION,
      header.layout_hash == swtrace_layout_hash()
    else { return nil }
    identifier = SessionIdentifier(high: header.id.0, low: header.id.1)
    flags = header.flags
    recorder = Int32(bitPattern: header.recorder_pid)
    created = header.created
    guard let start = MemoryLayout<swtrace_session>.offset(of: \.name) else { return nil }
    name = String(decoding: bytes[start..<start + 64].prefix { $0 != 0 }, as: UTF8.self)
  }

  var isArmed: Bool { flags & SWTRACE_SESSION_ARMED != 0 }
}

/// The file by which programs learn of a session; the lock on it tells that its recorder lives.
struct SessionFile: ~Copyable, Sendable {
  static let prefix = "session-"

  let identifier: SessionIdentifier
  let name: String
  private let descriptor: Int32
  private let directory: TrustedDirectory

  /// What a session's file tells programs, beside its name.
  struct Wishes {
    var patterns: [UInt8]
    var only: Bool
    var quota: UInt64
    var budget: UInt64
    var startBytes: UInt32
    var readableByAll: Bool
  }

  /// Writes the file and lets it appear whole, locked.
  init(
    _ identifier: SessionIdentifier, named sessionName: String, wishes: Wishes,
    in directory: consuming TrustedDirectory
  ) throws(ProgramTracingError) {
    let name = Self.prefix + identifier.text
    descriptor = try Self.make(name, identifier, named: sessionName, wishes, in: directory)
    self.name = name
    self.identifier = identifier
    self.directory = directory
  }

  private static func make(
    _ name: String, _ identifier: SessionIdentifier, named sessionName: String, _ wishes: Wishes,
    in directory: borrowing TrustedDirectory
  ) throws(ProgramTracingError) -> Int32 {
    guard FileName.isAllowed(sessionName) else { throw .badName(sessionName) }
    let hidden = "." + name
    let path = directory.path + "/" + name
    let mode: UInt32 = wishes.readableByAll ? 0o644 : 0o600
    let descriptor = unsafe swtrace_linux_open_beneath(
      directory.descriptor, hidden, O_RDWR | O_CREAT | O_EXCL, mode)
    guard descriptor >= 0 else { throw .system(call: "openat2", path: path, errno: errno) }
    var call = "fchmod"
    var number: Int32 = 0
    // The process's umask does not decide who may read a session.
    if fchmod(descriptor, mode) != 0 { number = errno }
    if number == 0 {
      call = "lock"
      number = swtrace_linux_lock(descriptor, 1)
    }
    if number == 0 {
      call = "write"
      let bytes = Self.bytes(identifier, named: sessionName, wishes)
      let written = unsafe bytes.withUnsafeBytes { buffer in
        unsafe pwrite(descriptor, buffer.baseAddress, buffer.count, 0)
      }
      if written != bytes.count { number = written < 0 ? errno : ENOSPC }
    }
    if number == 0 {
      call = "rename"
      if unsafe renameat(directory.descriptor, hidden, directory.descriptor, name) != 0 {
        number = errno
      }
    }
    guard number == 0 else {
      unsafe unlinkat(directory.descriptor, hidden, 0)
      close(descriptor)
      throw .system(call: call, path: path, errno: number)
    }
    return descriptor
  }

  /// Takes the session out of sight; programs that start from now on do not join.
  func withdraw() {
    unsafe unlinkat(directory.descriptor, name, 0)
  }

  deinit {
    close(descriptor)
  }

  private static func bytes(
    _ identifier: SessionIdentifier, named name: String, _ wishes: Wishes
  ) -> [UInt8] {
    var header = swtrace_session()
    header.magic = SWTRACE_SESSION_MAGIC
    header.layout_version = UInt32(SWTRACE_LAYOUT_VERSION)
    header.layout_hash = swtrace_layout_hash()
    header.id = (identifier.high, identifier.low)
    header.flags = wishes.only ? SWTRACE_SESSION_ONLY : 0
    header.recorder_pid = UInt32(getpid())
    header.only_uid = UInt32.max
    header.quota = wishes.quota
    header.budget = wishes.budget
    header.start_bytes = wishes.startBytes
    header.largest_class = UInt32(SWTRACE_CLASSES - 1)
    header.created = swtrace_linux_nanoseconds(CLOCK_REALTIME)
    let fits = wishes.patterns.count <= Int(SWTRACE_TEXT_MAX)
    header.patterns_size = fits ? UInt32(wishes.patterns.count) : 0
    unsafe withUnsafeMutableBytes(of: &header.name) { field in
      for (index, byte) in name.utf8.prefix(63).enumerated() { unsafe field[index] = byte }
    }
    return unsafe withUnsafeBytes(of: &header) { unsafe Array($0) }
      + (fits ? wishes.patterns : [])
  }
}

extension TrustedDirectory {
  /// The sessions in this directory, each with whether its recorder lives.
  func sessions() throws(ProgramTracingError) -> [(
    file: String, description: SessionDescription, isAlive: Bool
  )] {
    var found: [(file: String, description: SessionDescription, isAlive: Bool)] = []
    for name in try names() where name.hasPrefix(SessionFile.prefix) {
      do throws(ProgramTracingError) {
        let file = try ConfinedFile(name, in: self, writable: false)
        let size = min(try file.status().size, 1 << 13)
        guard let description = SessionDescription(try file.bytes(at: 0, count: Int(size))) else {
          continue
        }
        let lives = swtrace_linux_is_locked(file.descriptor) != 0 || description.isArmed
        found.append((name, description, lives))
      } catch {
        continue
      }
    }
    return found
  }
}
