/// A kernel event's `print fmt`: a format string and the C expressions of its arguments.
///
/// ```
/// "vec=%u [action=%s]", REC->vec, __print_symbolic(REC->vec, { 0, "HI" }, { 1, "TIMER" })
///  conversions           arguments: index of a node, or nil for what is not understood
/// ```
struct PrintFormat: Sendable {
  enum Argument: Hashable, Sendable {
    case expression(Int32)
    /// A field that is no number, shown as it is: text, an array.
    case plain(field: Int)
    /// Calls into the kernel and structures.
    case opaque
  }

  var conversions: [PrintConversion] = []
  var arguments: [Argument] = []
  var expressions = PrintExpressions()
  /// Whether the text is a format string with as many arguments as it takes.
  var isWhole = false

  init(_ text: String, fields: [Field]) {
    var parser = PrintFormatParser(text: Array(text.utf8), fields: fields)
    guard case .string(let format)? = parser.tokens.first else { return }
    let (conversions, count) = PrintConversion.read(format)
    self.conversions = conversions
    arguments = parser.arguments()
    expressions = parser.expressions
    isWhole = arguments.count == count
  }
}
