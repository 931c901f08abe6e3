internal import SwiftDiagnostics
internal import SwiftSyntax
internal import SwiftSyntaxMacros

/// Why a marker cannot be declared as it stands.
enum MarkerUseError: DiagnosticMessage {
  case incomplete
  case noLiteral
  case empty
  case long
  case zero
  case nameless(String)
  case unknownType(String)
  case unmatched(types: Int, names: Int)
  case placeless

  var message: String {
    switch self {
    case .incomplete: "a marker needs a provider and a name"
    case .noLiteral: "provider, name and field names are string literals without interpolation"
    case .empty: "the name is empty"
    case .long: "a name has at most \(MarkerUse.longestName) bytes"
    case .zero: "a name contains no zero byte"
    case .nameless(let name): "'\(name)' contains no letter to name a constant by"
    case .unknownType(let type):
      """
      the macro does not know the type '\(type)': it knows Int, UInt and their widths, Float, \
      Double, Bool, pointers, String, Substring, StaticString and byte arrays under these names; \
      for other types declare a Marker without the macro
      """
    case .unmatched(let types, let names): "\(names) field names for \(types) types"
    case .placeless: "the macro is not told where it stands"
    }
  }

  var diagnosticID: MessageID { MessageID(domain: "Swtrace", id: "marker") }
  var severity: DiagnosticSeverity { .error }

  func at(_ node: some SyntaxProtocol) -> DiagnosticsError {
    DiagnosticsError(diagnostics: [Diagnostic(node: node, message: self)])
  }
}
