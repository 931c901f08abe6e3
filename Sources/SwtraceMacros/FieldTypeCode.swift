internal import SwiftSyntax

/// What a field type's name in the source means for the record; a macro sees names, not types.
enum FieldTypeCode {
  private static let codes: [String: UInt8] = [
    "Int": 0x18, "Int8": 0x11, "Int16": 0x12, "Int32": 0x14, "Int64": 0x18,
    "UInt": 0x08, "UInt8": 0x01, "UInt16": 0x02, "UInt32": 0x04, "UInt64": 0x08,
    "Float": 0x24, "Double": 0x28, "Bool": 0x41,
    "UnsafePointer": 0x38, "UnsafeMutablePointer": 0x38, "UnsafeRawPointer": 0x38,
    "UnsafeMutableRawPointer": 0x38, "OpaquePointer": 0x38, "ObjectIdentifier": 0x38,
    "String": 0x50, "Substring": 0x50, "StaticString": 0x50,
    "UnsafeRawBufferPointer": 0x60, "RawSpan": 0x60,
  ]

  /// Generic types that are byte arrays when their element is `UInt8`.
  private static let byteArrays: Set = ["Array", "ArraySlice", "ContiguousArray", "Span"]
  private static let pointer: UInt8 = 0x38
  private static let bytes: UInt8 = 0x60

  /// The code of a type, nil for a name that is not known.
  static func of(_ type: TypeSyntax) -> UInt8? {
    if let optional = type.as(OptionalTypeSyntax.self) {
      return of(optional.wrappedType) == pointer ? pointer : nil
    }
    if let array = type.as(ArrayTypeSyntax.self) { return isByte(array.element) ? bytes : nil }
    if let member = type.as(MemberTypeSyntax.self) {
      guard member.baseType.trimmedDescription == "Swift" else { return nil }
      return of(member.name.text, member.genericArgumentClause)
    }
    guard let name = type.as(IdentifierTypeSyntax.self) else { return nil }
    return of(name.name.text, name.genericArgumentClause)
  }

  private static func of(_ name: String, _ arguments: GenericArgumentClauseSyntax?) -> UInt8? {
    let arguments = arguments?.types ?? []
    if byteArrays.contains(name) {
      return arguments.count == 1 && isByte(arguments[0]) ? bytes : nil
    }
    guard let code = codes[name] else { return nil }
    let takesArgument = name == "UnsafePointer" || name == "UnsafeMutablePointer"
    return arguments.count == (takesArgument ? 1 : 0) ? code : nil
  }

  private static func isByte(_ type: TypeSyntax) -> Bool { of(type) == codes["UInt8"] }
}

extension GenericArgumentClauseSyntax {
  /// The types among the arguments.
  var types: [TypeSyntax] {
    arguments.compactMap { argument in
      if case .type(let type) = argument.argument { type } else { nil }
    }
  }
}
