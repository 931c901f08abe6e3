internal import Analysis
internal import ArgumentParser
internal import TraceFile

extension InfoCommand {
  mutating func run() throws {
    guard ["text", "json"].contains(format) else {
      throw Words.wrongChoice("--format", format, among: ["text", "json"])
    }
    guard let file else {
      if check { throw Words.checkWithoutTrace }
      return try RecordingAbilities.find().print(format)
    }
    var contents: TraceContents
    do {
      contents = try read(file)
    } catch let error as TraceFileError {
      throw Words.problem(error, path: file)
    }
    guard contents.preamble != nil else { throw Words.problem(.notATrace, path: file) }
    var output = StandardOutput()
    if format == "json" {
      output.write(contents.json(file: file))
    } else {
      output.write(contents.text(file: file))
    }
    try output.close()
    let isDamaged = contents.damage.contains { $0.reason != .cut }
    if isDamaged || (check && !contents.isComplete) {
      throw ExitCode(ExitStatus.failure.rawValue)
    }
  }

  private func read(_ path: String) throws -> TraceContents {
    switch try TraceInput(path) {
    case .file(let path):
      let reader = try TraceReader(path: path)
      var contents = TraceContents(reader)
      try contents.readFacts(reader)
      if check {
        contents.damage = try reader.check()
        contents.isComplete = contents.isComplete && contents.damage.isEmpty
      }
      for loss in OpenTrace(reader).losses(of: contents.damage) { contents.add(loss) }
      return contents
    case .stream(let descriptor, _): return try read(descriptor)
    }
  }

  /// Adds up a trace that arrives; all of it is read, so all of it is checked.
  private func read(_ descriptor: Int32) throws -> TraceContents {
    var contents = TraceContents()
    var progress = ProgressLine()
    var reader = try TraceStreamReader(.common)
    var items: [TraceItem] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { unsafe buffer.deallocate() }
    while case let count = try unsafe TraceInput.read(descriptor, into: buffer), count > 0 {
      contents.bytes += UInt64(count)
      try unsafe reader.feed(UnsafeRawBufferPointer(rebasing: buffer[..<count]), into: &items)
      for item in items { contents.add(item) }
      items.removeAll(keepingCapacity: true)
      progress.show("reading  \(Figure.count(contents.events, "event"))")
    }
    try reader.finish(into: &items)
    for item in items { contents.add(item) }
    return contents
  }
}
