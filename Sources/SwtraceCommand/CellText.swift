internal import Analysis
internal import Events

/// Cells of tables as a person reads them.
enum CellText {
  static func text(_ cell: StatisticsCell) -> String {
    let text = plain(cell.value)
    switch cell.bound {
    case .exact: return cell.isBracketed ? "[\(text)]" : text
    case .atLeast: return "≥ \(text)"
    case .atMost: return "≤ \(text)"
    }
  }

  private static func plain(_ value: StatisticsCell.Value) -> String {
    switch value {
    case .text(let text): TerminalText.escaped(text)
    case .count(let number): String(number)
    case .integer(let number): String(number)
    case .duration(let time): TimeSpan(nanoseconds: Int64(clamping: time)).text
    case .instant(let instant): self.instant(instant)
    case .bytes(let bytes): ByteCount(bytes: bytes).binaryText
    case .share(let share): percent(share)
    case .number(let number): decimal(number)
    case .none: "-"
    case .notRecorded(let sets): "not recorded (\(remedy(sets)))"
    }
  }

  /// `+4.882113`.
  static func instant(_ instant: Timestamp) -> String {
    var text: [UInt8] = instant.nanoseconds < 0 ? [] : [UInt8(ascii: "+")]
    text.append(instant, decimals: 6)
    return String(decoding: text, as: UTF8.self)
  }

  /// `47.1 %`, `0.3 %`, `100 %`.
  static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "-" }
    let tenths = (share * 1000).rounded()
    if tenths >= 1000 || tenths == 0 { return "\(Int((share * 100).rounded())) %" }
    return "\(Int(tenths) / 10).\(Int(tenths) % 10) %"
  }

  /// Three digits and no exponent: `0.12`, `4.31`, `312`.
  static func decimal(_ number: Double) -> String {
    guard number.isFinite, abs(number) < 1e15 else { return "\(number)" }
    let size = abs(number)
    let places = size >= 100 ? 0 : size >= 10 ? 1 : 2
    let factor = places == 0 ? 1.0 : places == 1 ? 10 : 100
    let scaled = UInt64((size * factor).rounded())
    let (whole, rest) = scaled.quotientAndRemainder(dividingBy: UInt64(factor))
    let sign = number < 0 && scaled > 0 ? "-" : ""
    if places == 0 { return "\(sign)\(whole)" }
    return "\(sign)\(whole).\(places == 2 && rest < 10 ? "0" : "")\(rest)"
  }

  /// What to record: `-e +irq`, `-e +sched,block`; markers have to be in the program.
  static func remedy(_ sets: [String]) -> String {
    if sets == ColumnNeeds.narrowed { return "of the whole machine: without --isolate" }
    return sets == ["markers"] ? "no markers" : "-e +\(sets.joined(separator: ","))"
  }
}
