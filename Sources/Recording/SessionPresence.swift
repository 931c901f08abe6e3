internal import CLinux
internal import Events
internal import Glibc
internal import ProgramTracing

/// The recording as others on this machine see it: in the list of sessions, and by its socket.
final class SessionPresence {
  private let file: RecorderFile
  private let socket: ControlSocket
  /// Who asked for the end and waits to be told of it.
  private var stoppers: [ControlRequest] = []

  init(
    _ options: RecordingOptions, name: String, mode: RecorderStatus.Mode
  ) throws(ProgramTracingError) {
    let output =
      switch options.output {
      case .file(let path): path.hasPrefix("/") ? path : Self.workingDirectory + "/" + path
      case .standardOutput: ""
      }
    file = try RecorderFile(
      RecorderStatus(
        name: name, mode: mode, owner: options.owner?.user ?? geteuid(),
        ringBytes: options.flightRecorderBytes ?? 0, output: output),
      in: .ofEnvironment)
    socket = try file.listen()
  }

  private static var workingDirectory: String {
    guard let path = unsafe getcwd(nil, 0) else { return "" }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }

  /// To be waited on.
  var descriptors: [Int32] { socket.descriptors }

  func show(_ progress: RecordingProgress) {
    file.update(events: progress.events, lost: progress.lost, bytes: progress.bytes)
  }

  /// What somebody who may do so wants of the recording.
  enum Wish {
    case stop
    case snapshot(ControlRequest)
  }

  func wish() -> Wish? {
    while let request = socket.next() {
      switch request.words {
      case "stop":
        stoppers.append(request)
        return .stop
      case "snapshot": return .snapshot(request)
      default: request.answer("error \(EOPNOTSUPP)")
      }
    }
    return nil
  }

  /// Makes the files of a flight recorder.
  func makeFlightFiles() throws(ProgramTracingError) -> (tables: Int32, ring: Int32) {
    let tables = try file.makeFile(.tables)
    do throws(ProgramTracingError) {
      return (tables, try file.makeFile(.ring))
    } catch {
      close(tables)
      throw error
    }
  }

  /// Tells those who asked for the end that it has come.
  func tellEnd(_ result: RecordingResult) {
    for request in stoppers {
      request.answer("stopped \(result.events) \(result.lostCount) \(result.bytes)")
    }
    stoppers = []
  }
}
