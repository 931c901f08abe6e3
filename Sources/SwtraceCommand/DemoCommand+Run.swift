internal import ArgumentParser
internal import Glibc
internal import Recording

extension DemoCommand {
  mutating func run() throws {
    if output == "-", Terminal.isTerminal(1) { throw Words.traceToTerminal }
    var options = RecordingOptions()
    options.output = output == "-" ? .standardOutput : .file(output)
    options.owner = UserAccount.behindSudo
    options.command = [try Self.ownPath(), DemoProgram.configuration.commandName ?? ""]
    options.commandLine = CommandLine.arguments
    options.scope = .only
    let status = try RecordingSession(options, quiet: false).run()
    guard status == ExitStatus.good.rawValue, view, output != "-", Terminal.isTerminal(0),
      Terminal.isTerminal(1)
    else { throw ExitCode(status) }
    try ViewSession(path: output).show(atWorstSpan: true)
  }

  /// Where this very program lies, however it was started.
  private static func ownPath() throws(Problem) -> String {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink("/proc/self/exe", &path, path.count)
    guard count > 0, count < path.count else {
      throw Problem("/proc/self/exe", Words.system(errno))
    }
    return String(decoding: path.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
