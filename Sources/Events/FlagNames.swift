/// How an event type's numbers are shown: symbolic values and flags by name, addresses in
/// hexadecimal, as the kernel's own print format has it.
package struct FlagNames: Sendable {
  /// What a field's numbers are written as where they have no name.
  package enum Style: Hashable, Sendable {
    case decimal, hexadecimal, octal
    /// An address in the kernel's code.
    case symbol
  }

  /// A piece of a field's text.
  enum Part: Hashable, Sendable {
    case literal([UInt8])
    case text(Int32)
    case number(Int32, PrintConversion.Style, zeroPadding: Int)
  }

  struct Rendering: Sendable {
    var style = Style.decimal
    var isUnsigned = false
    var parts: [Part] = []
  }

  let renderings: [Rendering]
  let expressions: PrintExpressions

  package init(_ type: EventType) {
    let format = PrintFormat(type.printFormat, fields: type.fields)
    expressions = format.expressions
    renderings = type.fields.enumerated().map { index, field in
      Rendering(
        style: format.style(ofField: index, type: field.type),
        isUnsigned: field.type.isUnsignedNumber, parts: format.parts(ofField: index))
    }
  }

  /// Whether values of the field have a text of their own.
  package func hasNames(field: Int) -> Bool { !renderings[field].parts.isEmpty }

  package func style(ofField field: Int) -> Style { renderings[field].style }

  /// Appends the name of a field's value; false, and nothing, where it has none.
  package func append(nameOf value: Int64, field: Int, to output: inout [UInt8]) -> Bool {
    let start = output.count
    for part in renderings[field].parts {
      switch part {
      case .literal(let bytes): output.append(contentsOf: bytes)
      case .text(let node): expressions.append(node, value, to: &output)
      case .number(let node, let style, let padding):
        let number = expressions.evaluate(node, value)
        switch style {
        case .hexadecimal:
          output.append(
            hexadecimal: UInt64(bitPattern: number), prefixed: false, width: max(1, padding))
        case .octal: output.append(octal: UInt64(bitPattern: number))
        default: output.append(decimal: number)
        }
      }
    }
    // A text of signs alone (`-`, nothing) names no value.
    let isName = output[start...].contains {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || $0 >= 0x80
    }
    if !isName { output.removeSubrange(start...) }
    return isName
  }

  /// Appends a field's value as it is shown: its name, or the number in the field's style.
  package func append(_ value: Int64, field: Int, to output: inout [UInt8]) {
    if append(nameOf: value, field: field, to: &output) { return }
    let rendering = renderings[field]
    switch rendering.style {
    case .decimal where rendering.isUnsigned: output.append(decimal: UInt64(bitPattern: value))
    case .decimal: output.append(decimal: value)
    case .hexadecimal, .symbol: output.append(hexadecimal: UInt64(bitPattern: value))
    case .octal: output.append(octal: UInt64(bitPattern: value))
    }
  }

  /// The one value of a field that has this name; nil where none has or several may.
  package func value(named name: [UInt8], field: Int) -> Int64? {
    guard renderings[field].parts.count == 1, case .text(let index) = renderings[field].parts[0]
    else { return nil }
    let node = expressions.nodes[Int(index)]
    guard node.operation == .symbol, expressions.isBareField(node.first) else { return nil }
    let found = expressions.tables[Int(node.value)].entries.filter {
      let entry = expressions.entries[$0]
      return expressions.names[Int(entry.start)..<Int(entry.end)].elementsEqual(name)
    }
    return found.count == 1 ? Int64(bitPattern: expressions.entries[found[0]].value) : nil
  }
}

extension PrintExpressions {
  /// Whether a node is a field's value, cut by no more than a cast that keeps it.
  func isBareField(_ index: Int32) -> Bool {
    let node = nodes[Int(index)]
    return node.operation == .field
      || (node.operation == .truncate && node.value == 64 && isBareField(node.first))
  }

  /// Whether a node is a field's value under casts.
  func isCastField(_ index: Int32) -> Bool {
    let node = nodes[Int(index)]
    return node.operation == .field || (node.operation == .truncate && isCastField(node.first))
  }
}

extension PrintFormat {
  /// The field that alone decides what a conversion shows.
  private func field(of conversion: PrintConversion) -> Int32? {
    guard isWhole, !conversion.takesWidth,
      case .expression(let node) = arguments[conversion.argument]
    else { return nil }
    let field = expressions.nodes[Int(node)].field
    return field >= 0 ? field : nil
  }

  /// How the field's bare numbers are written.
  fileprivate func style(ofField index: Int, type: FieldType) -> FlagNames.Style {
    var found: FlagNames.Style?
    for conversion in conversions where field(of: conversion) == Int32(index) {
      guard case .expression(let node) = arguments[conversion.argument] else { continue }
      let style: FlagNames.Style
      switch conversion.style {
      case .hexadecimal: style = .hexadecimal
      case .octal: style = .octal
      case .symbol: style = .symbol
      case .decimal: style = .decimal
      default: continue
      }
      if expressions.isCastField(node) { return style }
      if found == nil { found = style }
    }
    if case .pointer = type { return .hexadecimal }
    return found ?? .decimal
  }

  /// The first run of conversions that show nothing but this field and make text: `%s%s` of
  /// prev_state; or else numbers that belong together: `%d,%d` of a device.
  fileprivate func parts(ofField index: Int) -> [FlagNames.Part] {
    var numbers: [FlagNames.Part] = []
    var position = 0
    while position < conversions.count {
      guard let first = derived(position, from: index) else {
        position += 1
        continue
      }
      var parts = [part(first, conversions[position])]
      var hasText = expressions.isText(first)
      position += 1
      while position < conversions.count, let node = derived(position, from: index) {
        let literal = conversions[position].literal
        if literal.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: "=") }) { break }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        parts.append(part(node, conversions[position]))
        if expressions.isText(node) { hasText = true }
        position += 1
      }
      if hasText { return parts }
      if parts.count > 1, numbers.isEmpty { numbers = parts }
    }
    return numbers
  }

  /// What a conversion shows where that comes from this field alone and is not just its number.
  private func derived(_ position: Int, from index: Int) -> Int32? {
    guard field(of: conversions[position]) == Int32(index),
      case .expression(let node) = arguments[conversions[position].argument],
      !expressions.isCastField(node)
    else { return nil }
    return node
  }

  private func part(_ node: Int32, _ conversion: PrintConversion) -> FlagNames.Part {
    expressions.isText(node)
      ? .text(node) : .number(node, conversion.style, zeroPadding: conversion.zeroPadding)
  }
}
