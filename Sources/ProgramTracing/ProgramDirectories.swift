internal import Glibc

/// Where session files and the registries of programs lie.
package struct ProgramDirectories: Hashable, Sendable {
  /// Where this user's sessions are published.
  package var sessions: String
  /// Who may read them: root's sessions are for every user's programs.
  package var sessionsAreForAll: Bool
  /// Directories of registries that are watched.
  package var registries: [String]
  /// A directory in which users' `swtrace-<uid>` appear; only for root.
  package var parent: String?
  /// Whether /proc is searched for registries that lie in no watched directory.
  package var searchesProcesses: Bool

  package init(
    sessions: String, sessionsAreForAll: Bool = false, registries: [String], parent: String? = nil,
    searchesProcesses: Bool = true
  ) {
    self.sessions = sessions
    self.sessionsAreForAll = sessionsAreForAll
    self.registries = registries
    self.parent = parent
    self.searchesProcesses = searchesProcesses
  }

  static let shared = "/dev/shm"
  static let root = "/run/swtrace"

  /// $SWTRACE_DIR alone where it is set; else root's sessions and every user's programs, or a user's
  /// own.
  package static func standard(override: String? = nil) -> ProgramDirectories {
    let uid = geteuid()
    if let override, !override.isEmpty {
      return ProgramDirectories(
        sessions: override, registries: [override], searchesProcesses: false)
    }
    let own = "\(shared)/swtrace-\(uid)"
    guard uid == 0 else { return ProgramDirectories(sessions: own, registries: [own]) }
    return ProgramDirectories(
      sessions: root, sessionsAreForAll: true, registries: [own], parent: shared)
  }

  /// Makes the directory of sessions where there is none; false where it cannot be used.
  package func prepare() -> Bool {
    do throws(ProgramTracingError) {
      _ = try TrustedDirectory(creating: sessions, mode: sessionsAreForAll ? 0o755 : 0o700)
      return true
    } catch {
      return false
    }
  }

  /// Directories in which programs' files lie that the caller may change.
  package var ofPrograms: [String] {
    geteuid() == 0 ? ofSessions : registries
  }

  /// Directories in which sessions that concern the caller are published; for root every user's.
  var ofSessions: [String] {
    var paths = [sessions]
    if searchesProcesses { paths += [Self.root] + registries }
    if let parent, let listing = unsafe opendir(parent) {
      defer { unsafe closedir(listing) }
      while let entry = unsafe readdir(listing) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { bytes in
          unsafe String(cString: UnsafeRawPointer(bytes).assumingMemoryBound(to: CChar.self))
        }
        if Self.owner(ofDirectory: name) != nil { paths.append("\(parent)/\(name)") }
      }
    }
    var seen: Set<String> = []
    return paths.filter { seen.insert($0).inserted }
  }

  /// The owner that a directory of this name must have: `swtrace-<uid>`.
  static func owner(ofDirectory name: String) -> UInt32? {
    guard name.hasPrefix("swtrace-") else { return nil }
    return UInt32(name.dropFirst(8))
  }
}
