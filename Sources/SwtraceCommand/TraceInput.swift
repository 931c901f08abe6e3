internal import Analysis
internal import Glibc
internal import TraceFile

/// Where a trace is read from: a regular file, or bytes that arrive.
enum TraceInput {
  case file(String)
  case stream(descriptor: Int32, name: String)

  /// `-` is standard input; a FIFO, a pipe of the shell or a device arrives, too.
  init(_ path: String) throws(Problem) {
    if path == "-" {
      if Terminal.isTerminal(0) { throw Words.traceFromTerminal }
      self = .stream(descriptor: 0, name: path)
      return
    }
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      throw Words.problem(.cannotOpen(path: path, errno: errno), path: path)
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw Problem(path, "a directory, not a trace")
    case S_IFIFO, S_IFCHR:
      let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        throw Words.problem(.cannotOpen(path: path, errno: errno), path: path)
      }
      self = .stream(descriptor: descriptor, name: path)
    case S_IFREG:
      if status.st_size == 0 { throw Words.emptyTrace(path) }
      self = .file(path)
    default: throw Words.problem(.notRegularFile(path: path), path: path)
    }
  }

  /// The next bytes of a descriptor, 0 at its end.
  static func read(
    _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer
  ) throws(TraceFileError) -> Int {
    while true {
      let count = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno == EINTR { continue }
      guard errno == EAGAIN else { throw .cannotRead(offset: 0, errno: errno) }
      var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      unsafe poll(&ready, 1, -1)
    }
  }
}
