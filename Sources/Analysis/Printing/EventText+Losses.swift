import Events

extension EventText {
  /// Of what is no thread's or process's.
  static let noNumber = ThreadNumber.min

  /// Writes a line where events were lost.
  mutating func append(_ loss: PlacedLoss, _ tables: TraceTables, _ clock: TraceClock) {
    let first = clock.nanoseconds(loss.first)
    let span = TimeSpan(nanoseconds: clock.nanoseconds(loss.last) &- first)
    let cpu = tables.cpu(of: loss.loss.stream)
    let process = tables.process(of: loss.loss.stream)
    output.reserve(1024)
    switch format {
    case .text:
      output.append(Self.line(of: loss.loss, at: first, within: span, cpu: cpu, process))
      written &+= 1
    case .csv, .json, .ndjson:
      var label = loss.loss.thread == 0 ? ThreadLabel() : live.label(of: loss.loss.thread)
      if label.process == 0 { label.process = process?.pid ?? Self.noNumber }
      let thread = loss.loss.thread == 0 ? Self.noNumber : loss.loss.thread
      room = 4096
      output.reserve(room)
      beginLine(time: first, cpu: cpu, thread: thread, label)
      appendFields(of: loss.loss, within: span)
      endLine()
    }
  }

  private static func line(
    of loss: Loss, at first: Int64, within span: TimeSpan, cpu: UInt16, _ process: TracedProcess?
  ) -> [UInt8] {
    var line: [UInt8] = []
    var time: [UInt8] = []
    time.append(Timestamp(nanoseconds: first), decimals: 9)
    line.append(contentsOf: repeatElement(UInt8(ascii: " "), count: max(0, 16 - time.count)))
    line.append(contentsOf: time)
    line.append(contentsOf: " *** lost ".utf8)
    if let count = loss.count {
      line.append(count: count)
      line.append(contentsOf: (count == 1 ? " event" : " events").utf8)
    } else {
      line.append(contentsOf: "an unknown number of events".utf8)
    }
    if cpu != Batch.unknownCPU { line.append(contentsOf: " on CPU\(cpu)".utf8) }
    if let process { line.append(contentsOf: " of process \(process.pid)".utf8) }
    if loss.thread != 0 { line.append(contentsOf: " of thread \(loss.thread)".utf8) }
    line.append(contentsOf: " within \(span.text): \(loss.reason.words)\n".utf8)
    return line
  }

  private mutating func appendFields(of loss: Loss, within span: TimeSpan) {
    let count = loss.count.map(String.init)
    if isJSON {
      output.append(
        Array(
          """
          ,"event":"swtrace:lost","fields":{"count":\(count ?? "null"),\
          "reason":"\(loss.reason.words)","duration_ns":\(span.nanoseconds)
          """.utf8))
    } else {
      output.append(
        Array(
          """
          ,"swtrace:lost","count=\(count ?? "?") reason=\(loss.reason.words) \
          duration_ns=\(span.nanoseconds)
          """.utf8))
    }
    output.reserve(64)
  }
}

extension Loss.Reason {
  /// The reason in a few plain words.
  package var words: String {
    switch self {
    case .kernelOverrun: "kernel buffer overwritten before it was read"
    case .kernelDropped: "kernel could not take the event"
    case .programBufferFull: "program's buffer full"
    case .openRecord: "record never completed"
    case .recorderQueueFull: "recorder's queue full"
    case .diskFull: "disk full"
    case .damaged: "damaged in the trace"
    case .hostileProducer: "producer broke the rules"
    case .unreachable: "source could not be opened"
    }
  }
}
