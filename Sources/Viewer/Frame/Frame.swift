/// A screen as a value: glyphs and what they mean, cell by cell.
package struct Frame: Hashable, Sendable {
  package struct Cell: Hashable, Sendable {
    package var glyph: Unicode.Scalar = " "
    package var style = Style()
    /// Whether it is the right half of the glyph before it.
    package var isRightHalf = false
  }

  package let columns: Int
  package let rows: Int
  package private(set) var cells: [Cell]
  /// Where a text is being typed.
  package var cursor: (row: Int, column: Int)? {
    get { cursorRow.map { ($0, cursorColumn) } }
    set { (cursorRow, cursorColumn) = (newValue?.row, newValue?.column ?? 0) }
  }
  private var cursorRow: Int?
  private var cursorColumn = 0

  package init(columns: Int, rows: Int) {
    self.columns = max(1, columns)
    self.rows = max(1, rows)
    cells = [Cell](repeating: Cell(), count: self.columns * self.rows)
  }

  package subscript(row: Int, column: Int) -> Cell {
    cells[row * columns + column]
  }

  /// Sets one cell; outside of the frame nothing happens.
  mutating func set(_ glyph: Unicode.Scalar, _ row: Int, _ column: Int, _ style: Style) {
    guard row >= 0, row < rows, column >= 0, column < columns else { return }
    let place = row * columns + column
    if cells[place].isRightHalf, column > 0 { cells[place - 1].glyph = " " }
    if column + 1 < columns, cells[place + 1].isRightHalf {
      cells[place + 1] = Cell(style: cells[place + 1].style)
    }
    cells[place] = Cell(glyph: glyph, style: style)
  }

  /// Writes a text from a column on, up to the column `limit`; gives the column behind it.
  ///
  /// What does not fit is cut, with `›` in its last column.
  @discardableResult
  mutating func put(
    _ text: some StringProtocol, _ row: Int, _ column: Int, _ style: Style = Style(),
    limit: Int? = nil
  ) -> Int {
    let end = min(limit ?? columns, columns)
    var place = column
    for glyph in text.unicodeScalars {
      let width = glyph.columns
      guard width > 0 else { continue }
      guard place + width <= end else {
        if place > column, end > 0 { set("›", row, min(place, end) - 1, style) }
        return end
      }
      set(glyph, row, place, style)
      if width == 2, place + 1 < columns, row >= 0, row < rows, place >= 0 {
        set(" ", row, place + 1, style)
        cells[row * columns + place + 1] = Cell(style: style, isRightHalf: true)
      }
      place += width
    }
    return place
  }

  /// Fills a part of a row.
  mutating func fill(
    _ row: Int, _ range: Range<Int>, _ glyph: Unicode.Scalar = " ", _ style: Style = Style()
  ) {
    for column in range { set(glyph, row, column, style) }
  }

  /// Changes how cells look, not what they show.
  mutating func restyle(_ row: Int, _ range: Range<Int>, _ change: (inout Style) -> Void) {
    guard row >= 0, row < rows else { return }
    for column in range.clamped(to: 0..<columns) { change(&cells[row * columns + column].style) }
  }

  /// The rows as text, without blanks at their ends.
  package var lines: [String] {
    (0..<rows).map { row in
      var line = String.UnicodeScalarView()
      for cell in cells[row * columns..<(row + 1) * columns] where !cell.isRightHalf {
        line.append(cell.glyph)
      }
      while line.last == " " { line.removeLast() }
      return String(line)
    }
  }

  package var text: String { lines.map { $0 + "\n" }.joined() }
}

extension Unicode.Scalar {
  /// Columns that a terminal gives it: 0 for what combines or is no glyph, 2 for wide ones.
  var columns: Int {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2064, 0xFEFF,
      0xFE00...0xFE0F:
      return 0
    case 0x20..<0x300: return 1
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
      0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default:
      switch properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format, .control: return 0
      default: return 1
      }
    }
  }
}

extension String {
  /// Columns that it takes.
  var columns: Int { unicodeScalars.reduce(0) { $0 + $1.columns } }
}
