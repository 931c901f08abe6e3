internal import Analysis
internal import Events
internal import TraceFile

extension TraceContents {
  /// What `info --format json` prints of a trace.
  func json(file: String) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.pair("version", 1)
      json.pair("file", file)
      if let preamble { append(preamble, to: &json) }
      json.pair("duration_ns", duration.nanoseconds)
      json.pair("events", events)
      json.pair("lost", lost)
      json.pair("lost_is_lower_bound", lostMore || mayLackEvents)
      if let fellOut { json.pair("fell_out", fellOut) }
      json.pair("bytes", bytes)
      json.pair("event_types", types.count)
      json.pair("blocks", blocks)
      json.pair("complete", isComplete)
      appendStreams(to: &json)
      appendTypes(to: &json)
      appendLosses(to: &json)
      appendDamage(to: &json)
      if let totals { json.pair("recorder_cpu_ns", totals.recorderNanoseconds) }
    }
    json.endLine()
    return json.bytes
  }

  private func append(_ preamble: Preamble, to json: inout JSONText) {
    json.pair("format_version", preamble.formatVersion)
    json.pair("host", preamble.hostName)
    json.pair("kernel", preamble.kernelRelease)
    json.pair("machine", preamble.machine)
    json.pair("boot_id", preamble.bootIdentifier)
    json.pair("cpus", preamble.cpus)
    json.pair("creator", preamble.creator)
    json.key("command")
    json.array { json in for word in preamble.commandLine { json.string(word) } }
    json.pair("clock", preamble.referenceClock.name)
    json.pair("start_unix_ns", preamble.reading.realtime)
  }

  private func appendStreams(to json: inout JSONText) {
    json.key("streams")
    json.array { json in
      for (index, stream) in streams.enumerated() {
        let tally = byStream[index]
        json.object { json in
          switch stream.source {
          case .cpu(let cpu, let buffer):
            json.pair("source", "cpu")
            json.pair("cpu", cpu)
            json.pair("buffer", buffer)
          case .process(let process):
            json.pair("source", "process")
            json.pair("pid", process.pid)
            json.pair("namespace_pid", process.namespacePid)
            if let container = container(of: process) { json.pair("container", container) }
            json.pair("executable", process.executable)
          case .machine: json.pair("source", "machine")
          }
          json.pair("clock", stream.clock.name)
          if !gathered.contains(StreamID(UInt32(index))) { json.pair("events", tally.events) }
          append(tally, of: stream.clock, to: &json)
          json.pair("lost", tally.lost)
        }
      }
    }
  }

  private func appendTypes(to json: inout JSONText) {
    json.key("types")
    json.array { json in
      for (index, type) in types.enumerated() {
        json.object { json in
          json.pair("event", type.qualifiedName)
          json.pair("count", byType[index].events)
        }
      }
    }
  }

  private func appendLosses(to json: inout JSONText) {
    json.key("losses")
    json.array { json in
      for place in lossesByPlace {
        json.object { json in
          json.pair("stream", place.stream.index)
          json.pair("reason", Words.why(place.reason))
          json.pair("count", place.count)
          json.pair("count_is_lower_bound", place.isLowerBound)
          json.pair("gaps", place.gaps)
          let index = Int(place.stream.index)
          if streams.indices.contains(index), let clock {
            let source = streams[index].clock
            let first = clock.timestamp(clock.key(place.first, of: source))
            let last = clock.timestamp(clock.key(place.last, of: source))
            json.pair("first_ns", first.nanoseconds)
            json.pair("last_ns", last.nanoseconds)
          }
        }
      }
    }
  }

  private func appendDamage(to json: inout JSONText) {
    json.key("damage")
    json.array { json in
      for place in damage {
        json.object { json in
          json.pair("offset", place.offset)
          json.pair("bytes", place.bytes)
          json.pair("reason", Words.why(place.reason))
          if let stream = place.block?.streams.first { json.pair("stream", stream.index) }
        }
      }
    }
  }

  private func append(_ tally: Tally, of source: ClockKind, to json: inout JSONText) {
    guard let first = tally.first, let last = tally.last, let clock else { return }
    json.pair("first_ns", clock.timestamp(clock.key(first, of: source)).nanoseconds)
    json.pair("last_ns", clock.timestamp(clock.key(last, of: source)).nanoseconds)
  }
}

extension ClockKind {
  /// As machine formats call it.
  var name: String {
    switch self {
    case .processor: "processor"
    case .monotonic: "monotonic"
    }
  }
}
