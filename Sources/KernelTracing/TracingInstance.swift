internal import Glibc

/// An instance of tracing: buffers, events and a clock of its own.
///
/// It is held by a lock on its directory, which tells a living recorder's from a leftover.
package final class TracingInstance: Sendable {
  package let name: String
  package let path: String
  /// The directory, open with a lock for as long as this object lives.
  private let directory: Int32

  init(name: String, path: String, directory: Int32) {
    self.name = name
    self.path = path
    self.directory = directory
  }

  deinit {
    close(directory)
  }

  package func start() throws(KernelTracingError) { try write("1", to: "tracing_on") }
  package func stop() throws(KernelTracingError) { try write("0", to: "tracing_on") }

  package func isOn() throws(KernelTracingError) -> Bool {
    try text("tracing_on").utf8.first == UInt8(ascii: "1")
  }

  package func cpus() throws(KernelTracingError) -> [Int] {
    try Tracefs.cpus(in: path)
  }

  package func statistics(cpu: Int) throws(KernelTracingError) -> BufferStatistics {
    BufferStatistics(parsing: try text("per_cpu/cpu\(cpu)/stats"))
  }

  package func pageLayout() throws(KernelTracingError) -> PageLayout {
    try Tracefs.pageLayout(in: path)
  }

  package func openPages(cpu: Int) throws(KernelTracingError) -> PagePipe {
    try PagePipe(
      opening: "\(path)/per_cpu/cpu\(cpu)/trace_pipe_raw", pageBytes: try pageLayout().pageBytes)
  }

  /// Removes the instance with all that was not read; fails with EBUSY while its pages are open.
  package func remove() throws(KernelTracingError) {
    guard unsafe rmdir(path) == 0 else { throw .failed(.remove, path: path, errno: errno) }
  }

  func write(_ setting: String, to file: String) throws(KernelTracingError) {
    try TracefsFiles.write(setting, to: "\(path)/\(file)")
  }

  func text(_ file: String) throws(KernelTracingError) -> String {
    try TracefsFiles.text("\(path)/\(file)")
  }

  func has(_ file: String) -> Bool {
    unsafe access("\(path)/\(file)", F_OK) == 0
  }
}
