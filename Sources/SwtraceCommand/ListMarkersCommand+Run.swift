internal import ArgumentParser
internal import Events
internal import Glibc
internal import KernelTracing
internal import ProgramTracing
internal import TraceFile

/// An event that can be recorded, or was, and where it was found.
struct ListedMarker {
  enum Place: Hashable, Comparable {
    case process(ProcessNumber)
    case file(String)
  }

  var type: EventType
  var places: [Place] = []
}

extension ListMarkersCommand {
  mutating func run() throws {
    guard ["text", "json"].contains(format) else {
      throw Words.wrongChoice("--format", format, among: ["text", "json"])
    }
    let sources: [(String, isGiven: Bool)] = [
      ("--pid", pid != nil), ("--file", file != nil), ("--trace", trace != nil),
      ("--kernel", kernel),
    ]
    let given = sources.filter(\.isGiven).map(\.0)
    if given.count > 1 { throw Words.tooManySources(given) }
    let patterns = try pattern.map(Self.parse)
    var markers = try find().filter { marker in
      patterns.isEmpty
        || patterns.contains { $0.matches(system: marker.type.system, name: marker.type.name) }
    }
    markers.sort {
      ($0.type.origin.rawValue, $0.type.system, $0.type.name)
        < ($1.type.origin.rawValue, $1.type.system, $1.type.name)
    }
    var output = StandardOutput()
    if format == "json" {
      output.write(MarkerList.json(markers))
    } else {
      for marker in markers { output.write(MarkerList.line(marker)) }
    }
    try output.close()
    if markers.isEmpty, format == "text" {
      throw Words.noMarkers(given.first, patterns: pattern)
    }
  }

  private static func parse(_ text: String) throws(Problem) -> EventPattern {
    do {
      return try EventPattern(parsing: text)
    } catch {
      throw Words.problem(error, option: "PATTERN")
    }
  }

  private func find() throws -> [ListedMarker] {
    if kernel { return try kernelEvents() }
    if let file { return try objectMarkers(file) }
    if let trace { return try traceTypes(trace) }
    var only: ProcessNumber?
    if let pid {
      guard let number = try Quantity.numbers([pid], option: "--pid").first else { return [] }
      only = number
    }
    return try runningMarkers(only)
  }

  private func runningMarkers(_ only: ProcessNumber?) throws(Problem) -> [ListedMarker] {
    if let only, kill(only, 0) != 0, errno == ESRCH {
      throw Words.noSuchTarget("--pid \(only)", "no such process")
    }
    let running = RunningMarkers(of: only.map { [$0] })
    for program in running.unreadable.prefix(4) { Words.problem(program.reason).show() }
    return running.markers.map { marker in
      let processes = marker.processes.map { ListedMarker.Place.process($0) }
      return ListedMarker(
        type: marker.type, places: processes + (marker.path.map { [.file($0)] } ?? []))
    }
  }

  private func objectMarkers(_ path: String) throws(Problem) -> [ListedMarker] {
    do {
      return try MarkedObject(path: path).markers.map {
        ListedMarker(type: $0, places: [.file(path)])
      }
    } catch {
      throw Words.problem(error)
    }
  }

  private func traceTypes(_ path: String) throws -> [ListedMarker] {
    guard case .file = try TraceInput(path) else {
      throw Words.problem(.notRegularFile(path: path), path: path)
    }
    do throws(TraceFileError) {
      return try TraceReader(path: path).types.filter { $0.origin != .machine }
        .map { ListedMarker(type: $0, places: [.file(path)]) }
    } catch {
      throw Words.problem(error, path: path)
    }
  }

  private func kernelEvents() throws(Problem) -> [ListedMarker] {
    do {
      let tracefs = try Tracefs.locate(mounting: false)
      let patterns = pattern.compactMap { try? EventPattern(parsing: $0) }
      var markers: [ListedMarker] = []
      for event in try tracefs.events() {
        let isWanted =
          patterns.isEmpty
          || patterns.contains { $0.matches(system: event.system, name: event.event) }
        // A format is a file of its own: read only those that are shown.
        if isWanted, let format = try? tracefs.format(event) {
          markers.append(ListedMarker(type: format.type))
        }
      }
      return markers
    } catch {
      throw Words.problem(error)
    }
  }
}
