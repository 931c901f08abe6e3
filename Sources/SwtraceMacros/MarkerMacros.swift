internal import SwiftSyntax
internal import SwiftSyntaxBuilder
internal import SwiftSyntaxMacros

/// `#marker`: a record of an event and a constant `PlacedMarkerN`.
struct EventMarkerMacro: DeclarationMacro {
  static func expansion(
    of node: some FreestandingMacroExpansionSyntax, in context: some MacroExpansionContext
  ) throws -> [DeclSyntax] {
    let use = try MarkerUse(node, in: context)
    let record = context.makeUniqueName("record").text
    return [
      "\(raw: use.record(.event, use.fields).declaration(named: record))",
      constant(use, "PlacedMarker\(use.types.count)", "record: &\(record)"),
    ]
  }
}

/// `#spanMarker`: records of a begin and an end and a constant `PlacedSpanMarkerN`.
struct SpanMarkerMacro: DeclarationMacro {
  /// The first field of begin and end: the stack of spans they belong to.
  private static let stack: (name: String, type: UInt8) = ("span", 0x08)

  static func expansion(
    of node: some FreestandingMacroExpansionSyntax, in context: some MacroExpansionContext
  ) throws -> [DeclSyntax] {
    let use = try MarkerUse(node, in: context)
    let begin = context.makeUniqueName("begin").text
    let end = context.makeUniqueName("end").text
    return [
      "\(raw: use.record(.begin, [stack] + use.fields).declaration(named: begin))",
      "\(raw: use.record(.end, [stack]).declaration(named: end))",
      constant(use, "PlacedSpanMarker\(use.types.count)", "begin: &\(begin), end: &\(end)"),
    ]
  }
}

/// `#counterMarker`: a record of a counter and a constant `PlacedCounterMarker`.
struct CounterMarkerMacro: DeclarationMacro {
  static func expansion(
    of node: some FreestandingMacroExpansionSyntax, in context: some MacroExpansionContext
  ) throws -> [DeclSyntax] {
    let use = try MarkerUse(node, in: context, namesValue: true)
    let record = context.makeUniqueName("record").text
    let fields = use.codes.map { (name: "value", type: $0) }
    return [
      "\(raw: use.record(.counter, fields).declaration(named: record))",
      constant(use, "PlacedCounterMarker", "record: &\(record)"),
    ]
  }
}

private func constant(_ use: MarkerUse, _ type: String, _ arguments: String) -> DeclSyntax {
  let type = type + use.arguments
  return "static let \(raw: use.constant): \(raw: type) = unsafe \(raw: type)(\(raw: arguments))"
}
