/// A filter made for the events of one type: fields are columns, what is known of the type is
/// decided, and negations stand at the tests alone.
struct FilterPredicate: Sendable {
  indirect enum Node: Sendable {
    case constant(Bool)
    case all([Node])
    case any([Node])
    case test(FilterTest, isInverted: Bool)
  }

  let root: Node

  static func all(_ nodes: [Node]) -> Node { join(nodes, neutral: true) }

  static func any(_ nodes: [Node]) -> Node { join(nodes, neutral: false) }

  private static func join(_ nodes: [Node], neutral: Bool) -> Node {
    var kept: [Node] = []
    for node in nodes {
      guard case .constant(let value) = node else {
        kept.append(node)
        continue
      }
      if value != neutral { return .constant(!neutral) }
    }
    if kept.isEmpty { return .constant(neutral) }
    return kept.count == 1 ? kept[0] : neutral ? .all(kept) : .any(kept)
  }
}

/// One test that is made for every row.
enum FilterTest: Hashable, Sendable {
  case interval(NumberPlace, NumberInterval)
  case bits(NumberPlace, UInt64)
  case numbers(NumberPlace, [NumberInterval])
  case float(NumberPlace, FilterOperator, Double)
  case text(column: Int, TextTest)
  /// The name that a number is shown by.
  case named(column: Int, TextTest)
  case cpuMask(column: Int, FilterCPUTest, CPUList)
  case comm(TextTest)
  case thread([NumberInterval])
  case process([NumberInterval])
  case cpu([NumberInterval])
  case time([NumberInterval])
  /// A part of the thread's name or of the text in one of these columns.
  case word([UInt8], columns: [Int])
  /// What the caller found out about the trace term that begins at this offset.
  case answer(FilterTerm)
}

/// Where a number lies in a row of a column.
struct NumberPlace: Hashable, Sendable {
  var column: Int
  var offset = 0
  var width: Int
  var isSigned: Bool
  /// The field's name where the kernel can be asked about it.
  var kernelName: String?

  var domain: NumberInterval { NumberInterval(everyNumberOf: width, isSigned: isSigned) }
}

/// Gives the number that a name means as a field's value: a system call's by its name.
package typealias FilterSymbols = @Sendable (EventType, Field, String) -> Int64?
