internal import ArgumentParser
internal import CLinux
internal import Glibc
internal import ProgramTracing
internal import Recording

/// One run of swtrace: from its arguments to its exit status.
package enum Invocation {
  /// Runs the command that `arguments` name; the first of them is the program itself.
  package static func run(_ arguments: [String]) -> Int32 {
    swtrace_linux_ignore_signal(SIGPIPE)
    swtrace_linux_keep_freed_memory()
    // Whoever runs any swtrace relieves programs of sessions whose recorders were killed.
    DeadSessions.switchOff(in: .ofEnvironment)
    do {
      try refuseUnknownCommand(arguments.dropFirst().first)
      var command = try RootCommand.parseAsRoot(
        arguments.dropFirst().map(OptionalValues.asParsed))
      try command.run()
      return ExitStatus.good.rawValue
    } catch let status as ExitCode {
      return status.rawValue
    } catch let problem as Problem {
      problem.show()
      return problem.status.rawValue
    } catch {
      return show(error)
    }
  }

  private static func refuseUnknownCommand(_ word: String?) throws {
    guard let word, !word.hasPrefix("-") else { return }
    var shown: [String] = []
    for command in RootCommand.configuration.subcommands {
      let configuration = command.configuration
      let name = configuration.commandName ?? ""
      if name == word || configuration.aliases.contains(word) { return }
      if configuration.shouldDisplay { shown.append(name) }
    }
    if word != "help" { throw Words.unknownCommand(word, among: shown) }
  }

  /// Tells what the argument parser has to say: help, version and completions to standard output,
  /// errors in our own form.
  private static func show(_ error: any Error) -> Int32 {
    if RootCommand.exitCode(for: error) == .success {
      var output = StandardOutput()
      output.write(RootCommand.fullMessage(for: error, columns: Terminal.helpColumns))
      output.write("\n")
      return output.finish()
    }
    let problem = Words.parserProblem(OptionalValues.message(RootCommand.message(for: error)))
    problem.show()
    return problem.status.rawValue
  }
}
