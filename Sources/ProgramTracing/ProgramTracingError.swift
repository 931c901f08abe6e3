/// What can go wrong between swtrace and the programs it traces.
package enum ProgramTracingError: Error, Hashable, Sendable {
  /// A system call on `path` failed with this errno.
  case system(call: String, path: String, errno: Int32)
  /// `path` is not what it must be: a regular file with one link, or a directory, of this owner.
  case untrustedFile(path: String, reason: FileFault)
  /// A session's or file's name is not one component of allowed characters.
  case badName(String)
  /// Another living recorder has a session of this name.
  case sessionExists(name: String)
  /// A field of an object file or of shared memory does not hold.
  case malformed(path: String, field: String, offset: UInt64)
  /// All slots of a program are taken by other sessions.
  case noSlot(path: String)
  /// `path` is no ELF file, or of a machine whose byte order is not read here.
  case notAnObject(path: String)
  /// The object has no markers in it.
  case noMarkers(path: String)
}

/// Why a file in a shared place is not touched.
package enum FileFault: Hashable, Sendable {
  case notRegular
  case notADirectory
  case linked(Int)
  case owner(UInt32)
  case writableByOthers
  case tooSmall(UInt64)
  case tooLarge(UInt64)
}
