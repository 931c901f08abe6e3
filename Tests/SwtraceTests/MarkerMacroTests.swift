import SwiftBasicFormat
import SwiftDiagnostics
import SwiftParser
import SwiftSyntax
import SwiftSyntaxMacroExpansion
import SwiftSyntaxMacros
import Testing

@testable import SwtraceMacros

@Suite struct MarkerMacroTests {
  /// What a source becomes, and what is said about it.
  static func expand(_ source: String) -> (text: String, errors: [String]) {
    let file = Parser.parse(source: source)
    let context = BasicMacroExpansionContext(
      sourceFiles: [file: .init(moduleName: "App", fullFilePath: "/src/Trace.swift")])
    let macros: [String: any Macro.Type] = [
      "marker": EventMarkerMacro.self, "spanMarker": SpanMarkerMacro.self,
      "counterMarker": CounterMarkerMacro.self,
    ]
    let expanded = file.expand(
      macros: macros, contextGenerator: { _ in context }, indentationWidth: .spaces(2))
    return (expanded.description, context.diagnostics.map(\.message))
  }

  @Test func `writes a record and a constant`() {
    let (text, errors) = Self.expand(
      """
      enum Trace {
        #marker<Int, String>("app", "hit", "id", "p")
      }
      """)
    #expect(errors.isEmpty)
    #expect(
      text == """
        enum Trace {
          @section("swtrace_markers") @used nonisolated(unsafe) private static var \
        __macro_local_6recordfMu_: (UInt32, UInt32, @convention(c) () -> Void, UInt64, UInt32, \
        UInt32, UInt16, UInt8, UInt8, UInt32, InlineArray<12, UInt8>, UInt32, \
        InlineArray<29, UInt8>) = (0x6b72614d, 85, swtrace_switch_zero, 0, 0, 0, 29, 0, 2, 2, \
        [24, 80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0, [97, 112, 112, 0, 104, 105, 116, 0, 105, 100, \
        0, 112, 0, 65, 112, 112, 47, 84, 114, 97, 99, 101, 46, 115, 119, 105, 102, 116, 0])
          static let `hit`: PlacedMarker2<Int, String> = unsafe \
        PlacedMarker2<Int, String>(record: &__macro_local_6recordfMu_)
        }
        """)
  }

  @Test func `writes begin and end of spans with their stack`() {
    let (text, errors) = Self.expand(
      """
      enum Trace {
        #spanMarker<Bool>("app", "request.send", "more")
      }
      """)
    #expect(errors.isEmpty)
    #expect(text.contains("1, 2, 2, [8, 65, 0,"))
    #expect(text.contains("2, 1, 2, [8, 0, 0,"))
    #expect(
      text.contains(
        """
        static let `requestSend`: PlacedSpanMarker1<Bool> = unsafe PlacedSpanMarker1<Bool>(begin: \
        &__macro_local_5beginfMu_, end: &__macro_local_3endfMu_)
        """))
  }

  @Test func `writes a counter with the field value`() {
    let (text, errors) = Self.expand(
      """
      enum Trace {
        #counterMarker<Double>("app", "load_average")
      }
      """)
    #expect(errors.isEmpty)
    #expect(text.contains("3, 1, 2, [40, 0, 0,"))
    #expect(text.contains("static let `loadAverage`: PlacedCounterMarker<Double>"))
  }

  @Test(arguments: [
    ("Int", 0x18), ("Int8", 0x11), ("Int16", 0x12), ("Int32", 0x14), ("Int64", 0x18),
    ("UInt", 0x08), ("UInt8", 0x01), ("UInt16", 0x02), ("UInt32", 0x04), ("UInt64", 0x08),
    ("Float", 0x24), ("Double", 0x28), ("Bool", 0x41), ("UnsafeRawPointer", 0x38),
    ("UnsafePointer<Int>", 0x38), ("OpaquePointer?", 0x38), ("ObjectIdentifier", 0x38),
    ("String", 0x50), ("Swift.String", 0x50), ("Substring", 0x50), ("StaticString", 0x50),
    ("[UInt8]", 0x60), ("Array<UInt8>", 0x60), ("Swift.ArraySlice<Swift.UInt8>", 0x60),
    ("RawSpan", 0x60), ("Span<UInt8>", 0x60), ("UnsafeRawBufferPointer", 0x60),
  ])
  func `knows field types by their names`(type: String, code: Int) {
    let (text, errors) = Self.expand("enum T {\n  #marker<\(type)>(\"a\", \"b\", \"c\")\n}")
    #expect(errors.isEmpty)
    #expect(text.contains("[\(code), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]"))
  }

  @Test(arguments: [
    (#"#marker<State>("a", "b", "c")"#, "does not know the type 'State'"),
    (#"#marker<[Int]>("a", "b", "c")"#, "does not know the type '[Int]'"),
    (#"#marker<Int?>("a", "b", "c")"#, "does not know the type 'Int?'"),
    (#"#marker<App.Int>("a", "b", "c")"#, "does not know the type 'App.Int'"),
    (#"#marker("a", name)"#, "string literals without interpolation"),
    (#"#marker("a", "b\(c)")"#, "string literals without interpolation"),
    (#"#marker("", "b")"#, "the name is empty"),
    (#"#marker("a", "...")"#, "contains no letter"),
    (#"#marker("a", "b\0")"#, "contains no zero byte"),
    (#"#marker<Int>("a", "b")"#, "0 field names for 1 types"),
    (#"#marker("a")"#, "needs a provider and a name"),
    ("#marker(\"a\", \"\(String(repeating: "n", count: 251))\")", "at most 250 bytes"),
  ])
  func `refuses what cannot be written`(source: String, words: String) {
    let (_, errors) = Self.expand("enum T {\n  \(source)\n}")
    #expect(errors.count == 1)
    #expect(errors.first?.contains(words) == true, "\(errors)")
  }
}
