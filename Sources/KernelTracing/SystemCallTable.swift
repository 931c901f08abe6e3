/// The names of system calls by number, one text an architecture.
enum SystemCallNames {}

/// Names of an architecture's system calls.
package struct SystemCallTable: Hashable, Sendable {
  /// Whose numbers a system call has.
  package enum Architecture: Hashable, Sendable, CaseIterable {
    case x86_64, i386, arm64
  }

  package let architecture: Architecture
  /// By number; empty for numbers without a call.
  package let names: [String]
  private let numbers: [String: Int]

  package init(_ architecture: Architecture) {
    self.architecture = architecture
    let text =
      switch architecture {
      case .x86_64: SystemCallNames.x86_64
      case .i386: SystemCallNames.i386
      case .arm64: SystemCallNames.arm64
      }
    var names: [String] = []
    var numbers: [String: Int] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let first = words.first.flatMap({ Int($0) }) else { continue }
      names.append(contentsOf: repeatElement("", count: max(0, first - names.count)))
      for name in words.dropFirst() {
        numbers[String(name)] = names.count
        names.append(String(name))
      }
    }
    self.names = names
    self.numbers = numbers
  }

  /// The table of a machine as `uname -m` names it.
  package init?(machine: String) {
    switch machine {
    case "x86_64": self.init(.x86_64)
    case "i386", "i486", "i586", "i686": self.init(.i386)
    case "aarch64", "arm64": self.init(.arm64)
    default: return nil
    }
  }

  package func name(_ number: Int) -> String? {
    guard names.indices.contains(number), !names[number].isEmpty else { return nil }
    return names[number]
  }

  package func number(_ name: String) -> Int? {
    numbers[name]
  }
}
