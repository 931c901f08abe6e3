package import Events

extension Tracefs {
  /// What a system call's arguments are called, of the kernel's event for it; nil where the kernel
  /// has none.
  package func systemCallArguments(
    _ name: String
  ) throws(KernelTracingError) -> [Field]? {
    for candidate in [name, Self.kernelNames[name]] {
      guard let candidate else { continue }
      do throws(KernelTracingError) {
        let event = KernelEventName(system: "syscalls", event: "sys_enter_" + candidate)
        return try format(event).type.fields.filter { field in
          !field.name.utf8.starts(with: "common_".utf8) && field.name != "__syscall_nr"
            && field.type.width != nil
        }
      } catch {
        guard case .noSuchEvent = error else { throw error }
      }
    }
    return nil
  }

  /// Calls whose function in the kernel has another name than the call.
  private static var kernelNames: [String: String] {
    [
      "stat": "newstat", "fstat": "newfstat", "lstat": "newlstat", "uname": "newuname",
      "umount2": "umount", "sendfile": "sendfile64", "fadvise64": "fadvise64_64",
      "_sysctl": "sysctl",
    ]
  }
}
