extension Frame {
  /// The frame with other glyphs.
  func mapped(_ change: (Unicode.Scalar) -> Unicode.Scalar) -> Frame {
    var changed = self
    for row in 0..<rows {
      for column in 0..<columns where !self[row, column].isRightHalf {
        let cell = self[row, column]
        let glyph = change(cell.glyph)
        guard glyph != cell.glyph else { continue }
        let isWide = column + 1 < columns && self[row, column + 1].isRightHalf
        changed.set(glyph, row, column, cell.style)
        if isWide { changed.set(glyph, row, column + 1, cell.style) }
      }
    }
    return changed
  }

  /// Consecutive cells of a row that look the same and have changed.
  struct Run: Hashable {
    var row: Int
    var column: Int
    var style: Style
    /// 0 is the right half of the glyph before it.
    var glyphs: [UInt32]
  }

  /// What to draw over another frame of the same size to get this one; everything over none.
  func runs(over last: Frame?) -> [Run] {
    let last = last.flatMap { $0.rows == rows && $0.columns == columns ? $0 : nil }
    var runs: [Run] = []
    for row in 0..<rows {
      var end = -1
      for column in 0..<columns where isChanged(row, column, last) {
        let cell = self[row, column]
        let glyph = cell.isRightHalf ? 0 : cell.glyph.value
        if end == column, let style = runs.last?.style, style == cell.style || glyph == 0 {
          runs[runs.count - 1].glyphs.append(glyph)
        } else {
          runs.append(Run(row: row, column: column, style: cell.style, glyphs: [glyph]))
        }
        end = column + 1
      }
    }
    return runs
  }

  /// Whether a cell, or the other half of its glyph, differs.
  private func isChanged(_ row: Int, _ column: Int, _ last: Frame?) -> Bool {
    guard let last else { return true }
    if self[row, column] != last[row, column] { return true }
    if self[row, column].isRightHalf {
      return column > 0 && self[row, column - 1] != last[row, column - 1]
    }
    return column + 1 < columns && self[row, column + 1].isRightHalf
      && self[row, column + 1] != last[row, column + 1]
  }
}
