package import Events

/// A thread's last name, of `saved_cmdlines`.
package struct SavedCommandLine: Hashable, Sendable {
  package var thread: ThreadNumber
  package var name: String
}

/// A thread's process, of `saved_tgids`.
package struct SavedThreadGroup: Hashable, Sendable {
  package var thread: ThreadNumber
  package var process: ProcessNumber
}

/// A format text of the kernel's by its address, of `printk_formats`.
package struct PrintkFormat: Hashable, Sendable {
  package var address: UInt64
  package var text: String
}

extension Tracefs {
  /// Last names of threads that the kernel remembers.
  package func savedCommandLines() throws(KernelTracingError) -> [SavedCommandLine] {
    try TracefsFiles.lines(root + "/saved_cmdlines").compactMap { line in
      guard let space = line.firstIndex(of: " "), let thread = ThreadNumber(line[..<space]) else {
        return nil
      }
      return SavedCommandLine(thread: thread, name: String(line[line.index(after: space)...]))
    }
  }

  /// Processes of threads that the kernel remembers.
  package func savedThreadGroups() throws(KernelTracingError) -> [SavedThreadGroup] {
    try TracefsFiles.lines(root + "/saved_tgids").compactMap { line in
      let parts = line.split(separator: " ")
      guard parts.count == 2, let thread = ThreadNumber(parts[0]),
        let process = ProcessNumber(parts[1])
      else { return nil }
      return SavedThreadGroup(thread: thread, process: process)
    }
  }

  /// Texts of formats by their addresses, for `bprint` and the like.
  package func printkFormats() throws(KernelTracingError) -> [PrintkFormat] {
    try TracefsFiles.lines(root + "/printk_formats").compactMap { line in
      guard line.utf8.starts(with: "0x".utf8), let space = line.firstIndex(of: " "),
        let address = UInt64(line[..<space].dropFirst(2), radix: 16),
        let open = line.firstIndex(of: "\""), let close = line.lastIndex(of: "\""), open < close
      else { return nil }
      let text = Self.unescaped(line[line.index(after: open)..<close])
      return PrintkFormat(address: address, text: text)
    }
  }

  private static func unescaped(_ text: Substring) -> String {
    var result = ""
    var escaped = false
    for character in text {
      if escaped {
        switch character {
        case "n": result.append("\n")
        case "t": result.append("\t")
        default: result.append(character)
        }
        escaped = false
      } else if character == "\\" {
        escaped = true
      } else {
        result.append(character)
      }
    }
    return result
  }
}
