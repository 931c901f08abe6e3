import Events

/// Names that a field's values have, kept as pieces once they were asked for.
struct FieldSymbols {
  private static let directValues: Int64 = 1024
  private static let mostOthers = 4096

  private let name: (Int64) -> [UInt8]?
  private var direct: [Piece?]
  private var others: [Int64: Piece] = [:]

  /// `name` tells a value's name, nil where it has none.
  init(_ name: @escaping (Int64) -> [UInt8]?) {
    self.name = name
    direct = [Piece?](repeating: nil, count: Int(Self.directValues))
  }

  /// The piece of a value's name, where it was asked for before.
  @inline(__always)
  func known(_ value: Int64) -> Piece? {
    value >= 0 && value < Self.directValues ? direct[Int(value)] : nil
  }

  /// The piece of a value's name; empty where it has none.
  @inline(__always)
  mutating func piece(_ value: Int64, in pieces: inout Pieces) -> Piece {
    if value >= 0, value < Self.directValues, let known = direct[Int(value)] { return known }
    return find(value, in: &pieces)
  }

  @inline(never)
  private mutating func find(_ value: Int64, in pieces: inout Pieces) -> Piece {
    if let known = others[value] { return known }
    let piece = name(value).map { pieces.add($0) } ?? .empty
    if value >= 0, value < Self.directValues {
      direct[Int(value)] = piece
    } else if others.count < Self.mostOthers {
      others[value] = piece
    }
    return piece
  }
}
