internal import Glibc

/// A tracefs at a root path that was passed in.
package struct Tracefs: Hashable, Sendable {
  /// Where kernels mount it: since 4.1, and within debugfs.
  package static let usualRoots = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"]

  package let root: String

  package init(root: String) {
    self.root = root
  }

  /// The first of `roots` that is a tracefs and may be read; where there is none and `mounting` is
  /// asked for, one is mounted at the first.
  package static func locate(
    _ roots: [String] = usualRoots, mounting: Bool
  ) throws(KernelTracingError) -> Tracefs {
    var refusal: KernelTracingError?
    for root in roots {
      do throws(KernelTracingError) {
        _ = try TracefsFiles.names(in: root + "/events")
        return Tracefs(root: root)
      } catch {
        if !error.isMissingFile { refusal = refusal ?? error }
      }
    }
    if let refusal { throw refusal }
    guard mounting, let root = roots.first else { throw .notMounted(roots: roots) }
    let flags = UInt(MS_NOSUID | MS_NODEV | MS_NOEXEC)
    guard unsafe mount("tracefs", root, "tracefs", flags, nil) == 0 else {
      throw .failed(.mount, path: root, errno: errno)
    }
    return Tracefs(root: root)
  }

  /// CPUs that have a buffer, ascending.
  package func cpus() throws(KernelTracingError) -> [Int] {
    try Self.cpus(in: root)
  }

  static func cpus(in directory: String) throws(KernelTracingError) -> [Int] {
    try TracefsFiles.names(in: directory + "/per_cpu")
      .compactMap { $0.utf8.starts(with: "cpu".utf8) ? Int($0.dropFirst(3)) : nil }
      .sorted()
  }

  /// Layout of the top level's pages; an instance with sub-buffers of another size has its own.
  package func pageLayout() throws(KernelTracingError) -> PageLayout {
    try Self.pageLayout(in: root)
  }

  static func pageLayout(in directory: String) throws(KernelTracingError) -> PageLayout {
    let path = directory + "/events/header_page"
    let layout = try PageLayout(parsing: try TracefsFiles.text(path), path: path)
    let eventPath = directory + "/events/header_event"
    do throws(KernelTracingError) {
      try PageLayout.check(headerEvent: try TracefsFiles.text(eventPath), path: eventPath)
    } catch {
      // Kernels have both; trees that were saved may have the first alone.
      if !error.isMissingFile { throw error }
    }
    return layout
  }
}
