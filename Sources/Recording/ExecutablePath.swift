internal import Glibc

/// Where a command lies, as a shell would find it.
enum ExecutablePath {
  static func find(_ command: String) -> String? {
    if command.contains("/") { return command }
    let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/bin:/usr/bin"
    for directory in path.split(separator: ":") {
      let candidate = "\(directory)/\(command)"
      if unsafe access(candidate, X_OK) == 0 { return candidate }
    }
    return nil
  }
}
