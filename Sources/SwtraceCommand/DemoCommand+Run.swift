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
    throw ExitCode(try RecordingSession(options, quiet: false).run())
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
