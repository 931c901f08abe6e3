/// Where things stand on the screen.
///
/// From the top: header, overview, ruler, marks, lanes or a list, details, status, hint.
struct Layout: Hashable, Sendable {
  let columns: Int
  let rows: Int
  /// Columns before the border of the lanes.
  let labelWidth: Int
  let overviewRow: Int?
  let rulerRow: Int
  let marksRow: Int?
  /// The first row of the lanes, or of a list.
  let bodyRow: Int
  let laneRows: Int
  /// Rows of the pane of details, its title included; 0 none.
  let detailRows: Int
  let statusRows: Int

  init(_ state: ViewState) {
    columns = state.columns
    rows = state.rows
    let isTall = rows >= 30
    let normal = columns >= 160 ? 30 : columns >= 100 ? 22 : columns >= 80 ? 16 : 10
    switch state.labels {
    case .normal: labelWidth = min(normal, max(0, columns / 3))
    case .wide: labelWidth = min(columns / 2, 2 * normal)
    case .narrow: labelWidth = columns >= 40 ? 8 : 0
    }
    overviewRow = isTall ? 1 : nil
    rulerRow = isTall ? 2 : 1
    let hasMarks = state.markA != nil || state.markB != nil
    marksRow = isTall && hasMarks ? 3 : nil
    bodyRow = rulerRow + (marksRow == nil ? 1 : 2)
    statusRows = rows >= 30 ? 2 : rows >= 6 ? 1 : 0
    let left = max(0, rows - bodyRow - statusRows - (rows >= 4 ? 1 : 0))
    let wanted = rows >= 40 ? 7 : rows >= 30 ? 6 : 3
    detailRows = state.showsDetails && left >= wanted + 6 && columns >= 60 ? wanted : 0
    laneRows = max(1, left - detailRows)
  }

  /// Columns of time.
  var laneColumns: Int { max(1, columns - labelWidth - 1) }
  var laneColumn: Int { min(labelWidth + 1, max(0, columns - 1)) }
  var detailRow: Int { bodyRow + laneRows }
  var statusRow: Int { rows - (rows >= 4 ? 1 : 0) - statusRows }
  var hintRow: Int? { rows >= 4 ? rows - 1 : nil }

  /// Rows of a list, its heading included.
  var listRows: Int { laneRows }
}
