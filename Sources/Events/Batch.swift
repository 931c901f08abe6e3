/// A run of events in columns, sorted by time: the one thing that everything in swtrace makes,
/// keeps or reads.
///
/// ```
/// event         0    1    2    3    4
/// times        10   12   15   15   20       ticks of the stream's clock
/// groupOf       0    1    0    0    1       index into groups
/// threads      71   71   72   72   71       who; for the kernel the event's common_pid
/// cpus          3    3    3    3    1       where; empty: the stream's own CPU
/// streams       empty: all are of `stream`
///
/// groups[0]  type A   rows 0 1 2   =  events 0 2 3
/// groups[1]  type B   rows 0 1     =  events 1 4
/// ```
/// The n-th event of a group is row n of that group's columns.
package struct Batch: Hashable, Sendable {
  /// The value of `cpus` where the CPU is not known.
  package static let unknownCPU: UInt16 = 4095

  /// The value of `cpus` where the event's stream is a CPU's own, in a gathered batch.
  package static let streamCPU: UInt16 = 65535

  /// The stream of all events where `streams` is empty.
  package var stream: StreamID
  package var times: [UInt64]
  package var groupOf: [UInt16]
  package var threads: [ThreadNumber]
  package var cpus: [UInt16]
  package var streams: [StreamID]
  package var groups: [EventGroup]
  /// Losses that lie before or within this batch.
  package var losses: [Loss]

  package init(stream: StreamID) {
    self.stream = stream
    times = []
    groupOf = []
    threads = []
    cpus = []
    streams = []
    groups = []
    losses = []
  }

  package var count: Int { times.count }
}

/// The events of one type in a batch: a column for each of the type's fields, in their order.
package struct EventGroup: Hashable, Sendable {
  package var type: EventTypeID
  package var rows: Int
  package var columns: [Column]
  /// What records held beyond their description, a row an event; nil where no record did.
  package var remainder: Column?

  package init(type: EventTypeID, rows: Int, columns: [Column], remainder: Column? = nil) {
    self.type = type
    self.rows = rows
    self.columns = columns
    self.remainder = remainder
  }
}
