internal import Events
internal import KernelTracing

extension RecordingAbilities {
  func print(_ format: String) throws(Problem) {
    var output = StandardOutput()
    if format == "json" { output.write(json) } else { output.write(text) }
    try output.close()
  }

  var text: String {
    var lines: [String] = []
    func add(_ name: String, _ text: String) { lines.append(name.padded(to: 11) + text) }
    if let kernelProblem {
      add("kernel", "no: \(TerminalText.escaped("\(kernelProblem.what): \(kernelProblem.why)"))")
      if let hint = kernelProblem.hint { add("", "remedy: \(hint)") }
      if let lockdown { add("", "the kernel is locked down (\(lockdown)); see kernel_lockdown(7)") }
    } else if let tracefs {
      add("kernel", "yes, through \(TerminalText.escaped(tracefs))")
    }
    if let clock {
      let meaning =
        clock.kind == .processor ? "the processor's counter" : "CLOCK_MONOTONIC, nanoseconds"
      add("clock", "\(clock.name), \(meaning)")
    }
    if events > 0 {
      let (count, systems) = (UInt64(events), UInt64(systems))
      add("events", "\(Figure.count(count)) in \(Figure.count(systems, "system"))")
      for set in sets {
        let here = set.events > 0 ? Figure.count(UInt64(set.events), "event") : "not in this kernel"
        add("", "\(set.name.padded(to: 10))\(here.padded(to: 20))\(set.summary)")
      }
    }
    if let markersProblem {
      add("markers", "no: \(TerminalText.escaped("\(markersProblem.what): \(markersProblem.why)"))")
      if let hint = markersProblem.hint { add("", "remedy: \(hint)") }
    } else {
      let free = ByteCount(bytes: sharedMemoryFree).text
      add("markers", "yes, through \(sharedMemory) (\(free) free)")
      let processes = UInt64(markedProcesses.count)
      add(
        "",
        "\(Figure.count(processes, "process")) with \(Figure.count(UInt64(markers), "marker")) now")
      for problem in unreadable.prefix(4) {
        add("", "not read: \(TerminalText.escaped("\(problem.what): \(problem.why)"))")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var json: [UInt8] {
    var json = JSONText()
    json.object { json in
      json.pair("version", 1)
      json.key("kernel")
      json.object { json in
        json.pair("available", kernelProblem == nil)
        if let tracefs { json.pair("tracefs", tracefs) }
        Self.append(kernelProblem, to: &json)
        if let lockdown { json.pair("lockdown", lockdown) }
        if let clock { json.pair("clock", clock.name) }
        json.pair("events", events)
        json.key("sets")
        json.array { json in
          for set in sets {
            json.object { json in
              json.pair("name", set.name)
              json.pair("events", set.events)
            }
          }
        }
      }
      json.key("markers")
      json.object { json in
        json.pair("available", markersProblem == nil)
        Self.append(markersProblem, to: &json)
        json.pair("free_bytes", sharedMemoryFree)
        json.pair("markers", markers)
        json.key("pids")
        json.array { json in for pid in markedProcesses.sorted() { json.integer(pid) } }
      }
    }
    json.endLine()
    return json.bytes
  }

  private static func append(_ problem: Problem?, to json: inout JSONText) {
    guard let problem else { return }
    json.pair("why", "\(problem.what): \(problem.why)")
    if let hint = problem.hint { json.pair("remedy", hint) }
  }
}
