package import Events

/// A table of answers, as it is shown in any format.
package struct StatisticsTable: Sendable {
  package struct Row: Sendable {
    package var cells: [StatisticsCell]
    /// What is drawn with `--histogram`.
    package var histogram: LatencyHistogram?
    /// Sum by which rows beyond `--top` are told.
    package var weight: UInt64
    /// Rows that stand after all others, such as calls that wait by design.
    package var isAside: Bool
  }

  package var name: String
  /// What rows are made for, where `--by` says.
  package var key: String?
  package var columns: [StatisticsColumn]
  package var rows: [Row]
  /// Lines that stand below.
  package var notes: [String] = []
  /// The sets that would have to be recorded for the table to be there at all; nil: it is.
  package var missing: [String]?

  /// The tables that there are, in order.
  package static var names: [String] { ColumnNeeds.tables }

  /// Those whose rows have no distribution to be drawn.
  package static let withoutDistributions: Set = [
    "overview", "events", "cpus", "net", "counters", "waits",
  ]

  /// The column of this key or title, or the first one whose title ends so: `max` is `delay max`
  /// where there is no other.
  package func column(_ word: String) -> Int? {
    let lowered = word.lowercased()
    return columns.firstIndex { $0.key == lowered || $0.title.lowercased() == lowered }
      ?? columns.firstIndex { $0.key == "\(lowered)_ns" }
      ?? columns.firstIndex { $0.title.lowercased().hasSuffix(" \(lowered)") }
  }

  /// Sorts by a column, numbers descending and texts ascending; rows that stand aside stay there.
  package mutating func sort(by column: Int) {
    let isText = columns[column].kind == .text
    let order = rows.indices.sorted { left, right in
      if rows[left].isAside != rows[right].isAside { return rows[right].isAside }
      let (first, second) = (rows[left].cells[column].value, rows[right].cells[column].value)
      if isText {
        let (first, second) = (first.text, second.text)
        return first != second ? first < second : left < right
      }
      let (a, b) = (first.magnitude, second.magnitude)
      return a != b ? a > b : left < right
    }
    rows = order.map { rows[$0] }
  }
}

package struct StatisticsColumn: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case text, count, integer, duration, instant, bytes, share, rate, number
  }

  /// As JSON and CSV name it: durations end in `_ns`.
  package var key: String
  /// As it heads the column of a text.
  package var title: String
  package var kind: Kind
  /// Text shows the columns of lower rank first and leaves out what does not fit; nil: only the
  /// other formats have it.
  package var rank: Int?
}

package struct StatisticsCell: Hashable, Sendable {
  package enum Value: Hashable, Sendable {
    case text(String)
    case count(UInt64)
    case integer(Int64)
    /// Nanoseconds.
    case duration(UInt64)
    case instant(Timestamp)
    case bytes(UInt64)
    case share(Double)
    case number(Double)
    /// There is nothing to tell.
    case none
    /// The events were not recorded: the sets that hold them.
    case notRecorded([String])
  }

  package enum Bound: Hashable, Sendable {
    case exact, atLeast, atMost
  }

  package var value: Value
  package var bound = Bound.exact
  /// A quantile with fewer than ten instances above it.
  package var isBracketed = false

  package init(_ value: Value, _ bound: Bound = .exact, isBracketed: Bool = false) {
    self.value = value
    self.bound = bound
    self.isBracketed = isBracketed
  }

  static let none = StatisticsCell(.none)
}

extension StatisticsCell.Value {
  var text: String {
    if case .text(let text) = self { return text }
    return ""
  }

  /// What rows are sorted by.
  var magnitude: Double {
    switch self {
    case .text, .none, .notRecorded: -.infinity
    case .count(let number), .duration(let number), .bytes(let number): Double(number)
    case .integer(let number): Double(number)
    case .instant(let instant): Double(instant.nanoseconds)
    case .share(let number), .number(let number): number
    }
  }
}
