internal import CLinux
internal import Glibc

/// A small process that switches the kernel's tracing off should this one be killed.
struct RecorderGuard: ~Copyable {
  private let descriptor: Int32

  /// `instances` are paths of tracefs instances that this recorder is going to make.
  init(_ instances: [String]) {
    let paths = unsafe instances.map { unsafe UnsafePointer(strdup($0)) }
    descriptor = unsafe swtrace_linux_guard_start(paths, Int32(paths.count))
    for index in unsafe paths.indices {
      unsafe free(UnsafeMutableRawPointer(mutating: paths[index]))
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }
}
