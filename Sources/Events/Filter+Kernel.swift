/// What of a filter the kernel is asked to do for one of its events.
package struct KernelFilter: Hashable, Sendable {
  package enum Verdict: Hashable, Sendable {
    /// Every event may match: no filter.
    case everything
    /// No event can match: it need not be switched on.
    case nothing
    /// Text for the event's `filter` file. It lets through all that match, and perhaps more.
    case expression(String)
  }

  package var verdict: Verdict
  /// Whether the filter must be asked again about what the kernel lets through.
  package var hasRemainder: Bool
}

extension FilterEvaluation {
  static let kernelFilterLimit = 3000
  static let kernelTextLimit = 200

  /// The part of the filter that the kernel can apply to events of this type.
  package func kernelFilter(for type: EventType) -> KernelFilter {
    var writer = KernelFilterWriter(type: type)
    switch writer.write(predicate(for: type).root) {
    case .constant(true): return KernelFilter(verdict: .everything, hasRemainder: writer.isWider)
    case .constant(false): return KernelFilter(verdict: .nothing, hasRemainder: false)
    case .expression(let text, _):
      if text.utf8.count > Self.kernelFilterLimit {
        return KernelFilter(verdict: .everything, hasRemainder: true)
      }
      return KernelFilter(verdict: .expression(text), hasRemainder: writer.isWider)
    }
  }
}

/// Writes a predicate in the kernel's filter language.
///
/// Negations stand at the tests, so a test that cannot be written is taken as true, and what is
/// written lets through at least what matches.
private struct KernelFilterWriter {
  enum Piece {
    case constant(Bool)
    case expression(String, isJoined: Bool)
  }

  let type: EventType
  var isWider = false

  mutating func write(_ node: FilterPredicate.Node) -> Piece {
    switch node {
    case .constant(let value): return .constant(value)
    case .all(let nodes): return join(nodes, " && ", neutral: true)
    case .any(let nodes): return join(nodes, " || ", neutral: false)
    case .test(let test, let isInverted):
      guard let text = write(test, isInverted) else {
        isWider = true
        return .constant(true)
      }
      return text
    }
  }

  private mutating func join(
    _ nodes: [FilterPredicate.Node], _ mark: String, neutral: Bool
  ) -> Piece {
    var parts: [(text: String, isJoined: Bool)] = []
    var isDecided = false
    for node in nodes {
      switch write(node) {
      case .constant(let value): if value != neutral { isDecided = true }
      case .expression(let text, let isJoined): parts.append((text, isJoined))
      }
    }
    if isDecided { return .constant(!neutral) }
    if parts.isEmpty { return .constant(neutral) }
    if parts.count == 1 { return .expression(parts[0].text, isJoined: parts[0].isJoined) }
    let texts = parts.map { $0.isJoined ? "(\($0.text))" : $0.text }
    return .expression(texts.joined(separator: mark), isJoined: true)
  }

  private func write(_ test: FilterTest, _ isInverted: Bool) -> Piece? {
    switch test {
    case .interval(let place, let interval):
      place.kernelName.map { intervals($0, [interval], place.domain, isInverted) }
    case .numbers(let place, let list):
      list.count > 64
        ? nil : place.kernelName.map { intervals($0, list, place.domain, isInverted) }
    case .bits(let place, let bits):
      place.kernelName.map {
        .expression(isInverted ? "!(\($0) & \(bits))" : "\($0) & \(bits)", isJoined: false)
      }
    case .text(let column, let test):
      isWritable(type.fields[column].name)
        ? text(type.fields[column].name, test, isInverted) : nil
    case .comm(let test):
      type.index(ofField: "COMM") == nil ? text("COMM", test, isInverted) : nil
    case .thread(let list):
      intervals(
        "common_pid", list, NumberInterval(everyNumberOf: 4, isSigned: true), isInverted)
    case .cpu(let list) where type.index(ofField: "CPU") == nil:
      intervals("CPU", list, NumberInterval(everyNumberOf: 4, isSigned: true), isInverted)
    default: nil
    }
  }

  private func isWritable(_ name: String) -> Bool {
    type.origin == .kernel
      && name.utf8.allSatisfy {
        switch $0 {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
        default: false
        }
      }
  }

  private func intervals(
    _ name: String, _ list: [NumberInterval], _ domain: NumberInterval, _ isInverted: Bool
  ) -> Piece {
    let parts = list.map { interval(name, $0, domain, isInverted) }
    if parts.count == 1 { return parts[0] }
    let texts = parts.compactMap { part -> String? in
      guard case .expression(let text, let isJoined) = part else { return nil }
      return isJoined ? "(\(text))" : text
    }
    return .expression(texts.joined(separator: isInverted ? " && " : " || "), isJoined: true)
  }

  private func interval(
    _ name: String, _ interval: NumberInterval, _ domain: NumberInterval, _ isInverted: Bool
  ) -> Piece {
    let (low, high) = (interval.low, interval.high)
    let (hasLow, hasHigh) = (low > domain.low, high < domain.high)
    if low == high {
      return .expression("\(name) \(isInverted ? "!=" : "==") \(low)", isJoined: false)
    }
    let least = "\(name) \(isInverted ? "<" : ">=") \(low)"
    let most = "\(name) \(isInverted ? ">" : "<=") \(high)"
    switch (hasLow, hasHigh) {
    case (true, true):
      return .expression("\(least) \(isInverted ? "||" : "&&") \(most)", isJoined: true)
    case (true, false): return .expression(least, isJoined: false)
    case (false, true): return .expression(most, isJoined: false)
    case (false, false): return .constant(!isInverted)
    }
  }

  private func text(_ name: String, _ test: TextTest, _ isInverted: Bool) -> Piece? {
    switch test {
    case .equal(let bytes):
      return literal(bytes).map {
        .expression("\(name) \(isInverted ? "!=" : "==") \($0)", isJoined: false)
      }
    case .anyOf(let list) where list.count <= 64:
      let literals = list.compactMap(literal)
      guard literals.count == list.count, !literals.isEmpty else { return nil }
      let parts = literals.map { "\(name) \(isInverted ? "!=" : "==") \($0)" }
      return .expression(
        parts.joined(separator: isInverted ? " && " : " || "), isJoined: parts.count > 1)
    case .glob(let glob):
      guard glob.isKernelGlob, let pattern = literal(Array(glob.text.utf8)) else { return nil }
      let term = "\(name) ~ \(pattern)"
      return .expression(isInverted ? "!(\(term))" : term, isJoined: false)
    default: return nil
    }
  }

  /// The text in quotation marks, where the kernel takes it as it stands.
  private func literal(_ bytes: [UInt8]) -> String? {
    guard !bytes.isEmpty, bytes.count <= FilterEvaluation.kernelTextLimit,
      bytes.allSatisfy({
        $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
      })
    else { return nil }
    return "\"\(String(decoding: bytes, as: UTF8.self))\""
  }
}

extension Glob {
  /// Whether the kernel reads the pattern as it is read here.
  fileprivate var isKernelGlob: Bool {
    text.utf8.first != UInt8(ascii: "!")
      && elements.allSatisfy { if case .oneOf = $0 { false } else { true } }
      && !text.utf8.contains(UInt8(ascii: "\\")) && !text.utf8.contains(UInt8(ascii: "["))
  }
}
