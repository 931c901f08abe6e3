internal import SwiftParser
internal import SwiftSyntax
internal import SwiftSyntaxMacros

/// What stands at the place where a macro is used: `#marker<Int>("app", "accept", "descriptor")`.
struct MarkerUse {
  /// Longer names are refused, so that the whole text fits in a record.
  static let longestName = 250

  let provider: String
  let name: String
  let fieldNames: [String]
  let types: [TypeSyntax]
  let codes: [UInt8]
  let file: String
  let line: Int

  /// Reads the use; the field of a counter has its name from here.
  init(
    _ node: some FreestandingMacroExpansionSyntax, in context: some MacroExpansionContext,
    namesValue: Bool = false
  ) throws {
    let texts = try node.arguments.map { try Self.text($0.expression) }
    guard texts.count >= 2 else { throw MarkerUseError.incomplete.at(node) }
    provider = texts[0]
    name = texts[1]
    fieldNames = Array(texts.dropFirst(2))
    guard name.contains(where: \.isLetter) else {
      throw MarkerUseError.nameless(name).at(node.arguments[node.arguments.startIndex])
    }
    types = node.genericArgumentClause?.types ?? []
    codes = try types.map { type in
      guard let code = FieldTypeCode.of(type) else {
        throw MarkerUseError.unknownType(type.trimmedDescription).at(type)
      }
      return code
    }
    guard types.count == fieldNames.count + (namesValue ? 1 : 0) else {
      throw MarkerUseError.unmatched(types: types.count, names: fieldNames.count).at(node)
    }
    guard let place = context.location(of: node, at: .afterLeadingTrivia, filePathMode: .fileID),
      let file = place.file.as(StringLiteralExprSyntax.self)?.representedLiteralValue,
      let line = Int(place.line.trimmedDescription)
    else { throw MarkerUseError.placeless.at(node) }
    self.file = file
    self.line = line
  }

  private static func text(_ expression: ExprSyntax) throws -> String {
    guard
      let text = expression.as(StringLiteralExprSyntax.self)?.representedLiteralValue
    else { throw MarkerUseError.noLiteral.at(expression) }
    guard !text.isEmpty else { throw MarkerUseError.empty.at(expression) }
    guard text.utf8.count <= longestName else { throw MarkerUseError.long.at(expression) }
    guard !text.utf8.contains(0) else { throw MarkerUseError.zero.at(expression) }
    return text
  }

  /// The constant's name: `request_begin` and `request.begin` make `requestBegin`.
  var constant: String {
    var result = ""
    var startsWord = false
    for character in name {
      guard character.isLetter || character.isNumber else {
        startsWord = !result.isEmpty
        continue
      }
      result += startsWord ? character.uppercased() : String(character)
      startsWord = false
    }
    if let first = result.first, first.isNumber { result = "_" + result }
    return "`\(result)`"
  }

  func record(_ kind: MarkerRecord.Kind, _ fields: [(name: String, type: UInt8)]) -> MarkerRecord {
    MarkerRecord(
      kind: kind, provider: provider, name: name, fields: fields, file: file, line: line)
  }

  /// `<Int, String>`, or nothing.
  var arguments: String {
    types.isEmpty ? "" : "<\(types.map(\.trimmedDescription).joined(separator: ", "))>"
  }

  var fields: [(name: String, type: UInt8)] { Array(zip(fieldNames, codes)) }
}
