import ArgumentParser
import Testing

@testable import SwtraceCommand

/// A command's page in section 1, from its declarations and its `Manual`.
struct ManualPage {
  var name: String
  var command: any ParsableCommand.Type
  var manual: Manual

  static let all = [
    ManualPage(name: "swtrace", command: RootCommand.self, manual: RootCommand.manual),
    ManualPage(
      name: "swtrace-record", command: RecordCommand.self, manual: RecordCommand.manual),
    ManualPage(name: "swtrace-view", command: ViewCommand.self, manual: ViewCommand.manual),
    ManualPage(name: "swtrace-stats", command: StatsCommand.self, manual: StatsCommand.manual),
    ManualPage(name: "swtrace-diff", command: DiffCommand.self, manual: DiffCommand.manual),
    ManualPage(name: "swtrace-print", command: PrintCommand.self, manual: PrintCommand.manual),
    ManualPage(
      name: "swtrace-list-markers", command: ListMarkersCommand.self,
      manual: ListMarkersCommand.manual),
    ManualPage(name: "swtrace-info", command: InfoCommand.self, manual: InfoCommand.manual),
    ManualPage(
      name: "swtrace-sessions", command: SessionsCommand.self, manual: SessionsCommand.manual),
    ManualPage(
      name: "swtrace-snapshot", command: SnapshotCommand.self, manual: SnapshotCommand.manual),
    ManualPage(name: "swtrace-stop", command: StopCommand.self, manual: StopCommand.manual),
    ManualPage(
      name: "swtrace-recover", command: RecoverCommand.self, manual: RecoverCommand.manual),
    ManualPage(name: "swtrace-demo", command: DemoCommand.self, manual: DemoCommand.manual),
  ]

  /// The page in man(7)'s language.
  func text() throws -> String {
    let dump = try JSONDocument(parsing: RootCommand._dumpHelp())
    let root = try #require(dump["command"], "a dump has a command")
    let commandName = command.configuration.commandName ?? ""
    let declared =
      command == RootCommand.self
      ? root
      : try #require(
        root["subcommands"]?.elements.first { $0["commandName"]?.text == commandName })
    var page = """
      .\\" Made from the declarations of the command; see CONTRIBUTING.md.
      .TH \(name.uppercased()) 1 "" "\(RootCommand.configuration.version)" "swtrace manual"
      .SH NAME
      \(name) \\- \(Self.roff(Self.lowered(command.configuration.abstract)))
      .SH SYNOPSIS
      \(synopsis)
      .SH DESCRIPTION
      \(Self.roff(manual.summary))

      """
    if command == RootCommand.self { page += Self.commands(of: root) }
    page += Self.options(of: declared)
    for section in manual.sections { page += Self.section(section) }
    page += ".SH EXAMPLES\n"
    for example in manual.examples {
      page += ".TP\n.B \(Self.roff(example.command))\n\(Self.roff(example.meaning))\n"
    }
    page += ".SH SEE ALSO\n"
    page += manual.seeAlso.map(Self.reference).joined(separator: ",\n") + "\n"
    return page
  }

  private var synopsis: String {
    guard let usage = command.configuration.usage else {
      return ".B swtrace\n.I command\n[options]\n.br\n.B swtrace \\-\\-version"
    }
    let words = usage.split(separator: " ", maxSplits: 2)
    return ".B \(Self.roff(words[0] + " " + words[1]))\n"
      + Self.roff(words.count > 2 ? String(words[2]) : "")
  }

  private static func commands(of root: JSONDocument) -> String {
    var text = ".SH COMMANDS\n"
    for command in root["subcommands"]?.elements ?? []
    where command["shouldDisplay"]?.isTrue ?? true {
      guard let name = command["commandName"]?.text, name != "help" else { continue }
      let aliases = (command["aliases"]?.elements ?? []).compactMap(\.text)
      text += ".TP\n.B \(roff(([name] + aliases).joined(separator: ", ")))\n"
      text += "\(roff(command["abstract"]?.text ?? ""))\n"
    }
    return text
  }

  private static func options(of command: JSONDocument) -> String {
    var text = ".SH OPTIONS\n"
    var section: String?
    for argument in command["arguments"]?.elements ?? []
    where argument["shouldDisplay"]?.isTrue ?? true {
      let title = argument["sectionTitle"]?.text
      if let title, title != section { text += ".SS \(roff(title))\n" }
      if title == nil, section != nil { text += ".SS Other options\n" }
      section = title
      text += ".TP\n\(label(of: argument))\n\(roff(argument["abstract"]?.text ?? ""))\n"
      if let discussion = argument["discussion"]?.text, !discussion.isEmpty {
        text += "\(roff(discussion))\n"
      }
      if let value = argument["defaultValue"]?.text, !value.isEmpty {
        text += "Default: \(roff(value)).\n"
      }
    }
    return text
  }

  private static func label(of argument: JSONDocument) -> String {
    let value = argument["valueName"]?.text ?? ""
    let names = (argument["names"]?.elements ?? []).compactMap { name -> String? in
      guard let word = name["name"]?.text else { return nil }
      return (name["kind"]?.text == "long" ? "--" : "-") + word
    }
    .sorted { ($0.count, $0) < ($1.count, $1) }
    if names.isEmpty { return ".I \(roff(value))" }
    let bold = names.map { "\\fB\(roff($0))\\fR" }.joined(separator: ", ")
    return argument["kind"]?.text == "option" ? "\(bold) \\fI\(roff(value))\\fR" : bold
  }

  private static func section(_ section: Manual.Section) -> String {
    var text = ".SH \(roff(section.title))\n"
    for part in section.parts {
      switch part {
      case .text(let words): text += ".PP\n\(roff(words))\n"
      case .item(let label, let words): text += ".TP\n.B \(roff(label))\n\(roff(words))\n"
      case .literal(let lines): text += ".PP\n.nf\n\(roff(lines))\n.fi\n"
      }
    }
    return text
  }

  private static func reference(_ page: String) -> String {
    let parts = page.split(separator: "(")
    guard parts.count == 2 else { return roff(page) }
    return "\\fB\(roff(String(parts[0])))\\fR(\(parts[1])"
  }

  private static func lowered(_ sentence: String) -> String {
    let text = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
    return text.prefix(1).lowercased() + text.dropFirst()
  }

  /// `text` with nothing in it that man(7) would take for its own.
  static func roff(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var escaped = ""
      for letter in line {
        switch letter {
        case "\\": escaped += "\\e"
        case "-": escaped += "\\-"
        case "'": escaped += "\\(aq"
        case "\"": escaped += "\\(dq"
        case "^": escaped += "\\(ha"
        case "~": escaped += "\\(ti"
        case "`": escaped += "\\(ga"
        default: escaped.append(letter)
        }
      }
      return escaped.hasPrefix(".") ? "\\&" + escaped : escaped
    }.joined(separator: "\n")
  }
}
