import Events

/// Shapes in which events are printed.
package enum OutputFormat: Hashable, Sendable, CaseIterable {
  /// A line an event, for people.
  case text
  /// One object with an array of events.
  case json
  /// An object a line.
  case ndjson
  /// A header line, then a line an event; fields in one cell.
  case csv
}

/// Writes merged events into a buffer.
///
/// ```
/// text    ⟨seconds.nanoseconds⟩ [cpu] comm-tid  system:event field=value …
/// ndjson  {"time_ns":…,"cpu":…,"pid":…,"tid":…,"comm":…,"event":…,"fields":{…},"symbols":{…}}
/// csv     time_ns,cpu,pid,tid,comm,event,fields
/// ```
/// What is not known is `?` in text, `null` in JSON, empty in CSV. Numbers that the kernel's print
/// format has names for are shown by name in text and CSV; in JSON `fields` has the number and
/// `symbols` the name.
struct EventText: ~Copyable {
  let format: OutputFormat
  let escaping: Escaping
  let systemCallNames: [String]
  let showsMachine: Bool

  var filter: FilterEvaluation?
  let filterNeeds: FilterNeeds
  /// What a first pass found out for the filter.
  var moments: FilterMoments?

  var output = OutputBytes()
  var pieces = Pieces()
  var live: LiveNames
  var programs: [TypeProgram] = []
  var operations: [FieldOperation] = []
  var symbols: [FieldSymbols] = []
  var names: [Piece?] = []
  var idleNames: [Piece?] = []
  var systemCalls: [Piece?]
  var slots: [PrintedSlot] = []
  var errorPieces: [Int: Piece] = [:]
  /// Bytes that an event's fields of fixed size take at most.
  var room = 0
  /// Events and losses written.
  var written: UInt64 = 0
  let frame: LineFrame

  init(
    _ format: OutputFormat, names: LiveNames = LiveNames(), systemCallNames: [String] = [],
    showsMachine: Bool = false, filter: FilterEvaluation? = nil
  ) {
    self.filter = filter
    filterNeeds = filter?.filter.needs ?? []
    self.format = format
    self.systemCallNames = systemCallNames
    self.showsMachine = showsMachine
    live = names
    escaping =
      switch format {
      case .text: .terminal
      case .csv: .csv
      case .json, .ndjson: .json
      }
    systemCalls = [Piece?](repeating: nil, count: systemCallNames.count)
    frame = LineFrame(format, in: &pieces)
  }

  /// Writes what stands before the first event.
  mutating func begin() {
    switch format {
    case .text, .ndjson: break
    case .json: output.append("{\"version\":1,\"events\":[")
    case .csv: output.append("time_ns,cpu,pid,tid,comm,event,fields\n")
    }
  }

  /// Writes what stands after the last event.
  mutating func end() {
    if format == .json { output.append("\n]}\n") }
  }

  var isJSON: Bool { format == .json || format == .ndjson }
}

/// The pieces that stand between the columns of a line.
struct LineFrame {
  var beforeTime = Piece.empty
  var beforeCPU = Piece.empty
  var beforeProcess = Piece.empty
  var beforeThread = Piece.empty
  var beforeComm = Piece.empty
  var null = Piece.empty
  var beforeSymbols = Piece.empty
  var afterFields = Piece.empty
  var lost = Piece.empty

  init(_ format: OutputFormat, in pieces: inout Pieces) {
    switch format {
    case .text: break
    case .json, .ndjson:
      beforeTime = pieces.add("{\"time_ns\":")
      beforeCPU = pieces.add(",\"cpu\":")
      beforeProcess = pieces.add(",\"pid\":")
      beforeThread = pieces.add(",\"tid\":")
      beforeComm = pieces.add(",\"comm\":")
      null = pieces.add("null")
      beforeSymbols = pieces.add("},\"symbols\":{")
      afterFields = pieces.add("}}")
    case .csv: break
    }
  }
}

/// What is kept of a slot of the merge while its batch lasts.
///
/// Constants where the loop over events reads them: variables of an object are checked at each access.
final class PrintedSlot {
  let serial: UInt64
  /// Nanoseconds since the start, for each event.
  let times: [Int64]
  /// Columns of all groups, one group after the other.
  let columns: [FlatColumn]
  let firstColumn: [Int]
  let remainders: [FlatColumn?]
  let types: [Int]
  /// Events to be shown, where not all are.
  var mask: [Bool] = []
  var isMasked = false
  /// How many names had been learned when the mask was made.
  var learned = 0
  var threads: Set<ThreadNumber> = []

  /// A slot without a batch.
  init() {
    serial = 0
    times = []
    columns = []
    firstColumn = []
    remainders = []
    types = []
  }

  init(_ batch: FlatBatch, serial: UInt64, clock: TraceClock) {
    self.serial = serial
    times = unsafe clock.nanoseconds(batch.keys, count: batch.count)
    var columns: [FlatColumn] = []
    firstColumn = batch.groups.map { group in
      defer { columns.append(contentsOf: group.columns) }
      return columns.count
    }
    self.columns = columns
    remainders = batch.groups.map(\.remainder)
    types = batch.groups.map { Int($0.type.index) }
  }
}
