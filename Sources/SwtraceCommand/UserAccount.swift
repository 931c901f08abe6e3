internal import Glibc

/// A user of this machine.
struct UserAccount {
  var user: UInt32
  var group: UInt32
  var groups: [UInt32]

  /// The user of this name or number, nil where there is none; a number alone need not be known.
  init?(_ name: String) {
    guard !name.isEmpty else { return nil }
    let entry = unsafe getpwnam(name) ?? UInt32(name).flatMap { unsafe getpwuid($0) }
    if let entry = unsafe entry {
      user = unsafe entry.pointee.pw_uid
      group = unsafe entry.pointee.pw_gid
      groups = unsafe Self.groups(of: entry.pointee.pw_name, group)
    } else if let number = UInt32(name) {
      (user, group, groups) = (number, number, [number])
    } else {
      return nil
    }
  }

  private static func groups(of name: UnsafePointer<CChar>, _ group: UInt32) -> [UInt32] {
    var count: Int32 = 64
    var groups = [UInt32](repeating: 0, count: Int(count))
    while unsafe getgrouplist(name, group, &groups, &count) < 0, count > groups.count {
      groups = [UInt32](repeating: 0, count: Int(count))
    }
    return Array(groups.prefix(Int(max(count, 0))))
  }

  /// The name of a user, or the number where there is none.
  static func name(of user: UInt32) -> String {
    guard let entry = unsafe getpwuid(user) else { return "\(user)" }
    return unsafe String(cString: entry.pointee.pw_name)
  }

  /// Who called sudo, where somebody did.
  static var behindSudo: (user: UInt32, group: UInt32)? {
    guard geteuid() == 0, let user = Terminal.variable("SUDO_UID").flatMap(UInt32.init) else {
      return nil
    }
    let group = Terminal.variable("SUDO_GID").flatMap(UInt32.init)
    return (user, group ?? user)
  }
}
