// Writes the marker types of every number of fields, Arity0.swift to Arity12.swift, beside itself:
//
//     swiftc -o /tmp/generate Sources/Swtrace/Arities/generate.swift && /tmp/generate Sources
//
// and the macros' declarations, Sources/SwtraceMarkers/Macros.swift. Fixed numbers of fields, because
// calls over parameter packs are not specialised away: they cost several times the clock's reading.

import Glibc

let letters = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"]
let words = [
  "no fields", "one field", "two fields", "three fields", "four fields", "five fields",
  "six fields", "seven fields", "eight fields", "nine fields", "ten fields", "eleven fields",
  "twelve fields",
]

/// The texts that differ with the number of fields.
struct Arity {
  let count: Int
  var types: [String] { Array(letters.prefix(count)) }
  var names: [String] { types.map { $0.lowercased() } }

  func brackets(_ items: [String]) -> String {
    items.isEmpty ? "" : "<\(items.joined(separator: ", "))>"
  }
  /// Where generic parameters are declared.
  func parameters(_ constraint: String = "MarkerField") -> String {
    brackets(types.map { "\($0): \(constraint)" })
  }
  /// Where the type is named.
  var arguments: String { brackets(types) }
  /// The where clause that keeps an extension open to `RawSpan`.
  var escaping: String {
    count == 0 ? "" : " where \(types.map { "\($0): ~Escapable" }.joined(separator: ", "))"
  }
  func values(lazy: Bool) -> [String] {
    zip(names, types).map { lazy ? "_ \($0): @autoclosure () -> \($1)" : "_ \($0): \($1)" }
  }
  func list(_ items: [String], _ indent: Int, _ open: String = "(", _ close: String = ")") -> String
  {
    let line = items.joined(separator: ", ")
    guard line.utf8.count > 70 - indent else { return open + line + close }
    let pad = String(repeating: " ", count: indent)
    var lines: [String] = []
    var current = ""
    for (index, item) in items.enumerated() {
      let piece = item + (index == items.count - 1 ? "" : ",")
      if current.utf8.count + piece.utf8.count + indent + 3 > 98 {
        lines.append(current)
        current = ""
      }
      current += current.isEmpty ? piece : " " + piece
    }
    lines.append(current)
    return open + "\n" + lines.map { pad + "  " + $0 }.joined(separator: "\n") + "\n" + pad + close
  }
  var forwarded: [String] { names.map { "\($0)()" } }
}

func marker(_ arity: Arity) -> String {
  let n = arity.count
  let name = "Marker\(n)\(arity.arguments)"
  let open = arity.parameters("MarkerField & ~Escapable")
  let declared = arity.names.map { "_ \($0): StaticString" }
  let example =
    n == 2
    ? """
    ///
    ///     enum Trace {
    ///       static let begin = Marker2<Int, String>("app", "request_begin", "id", "path")
    ///     }
    ///     Trace.begin.emit(request.id, request.path)

    """ : ""
  let fieldsStored =
    n == 0
    ? ""
    : arity.names.map { "  @usableFromInline let \($0): StaticString\n" }.joined()
  let fieldsSet = arity.names.map { "    self.\($0) = \($0)\n" }.joined()
  let fieldsDescribed = zip(arity.names, arity.types).map {
    "    description.field(\($1).markerFieldType, \($0))\n"
  }.joined()
  let eager =
    n == 0
    ? ""
    : """

    extension Marker\(n)\(arity.escaping) {
      /// Records an event.
      ///
      /// This form is for byte arrays that are spans: its arguments are always computed.
      @_disfavoredOverload @inlinable @inline(__always)
      public func emit\(arity.list(arity.values(lazy: false), 2)) {
        guard let marker = unsafe marker else { return }
        unsafe Placed\(name)(marker).emit\(arity.list(arity.names, 4))
      }
    }

    """
  let emitSummary =
    n == 0
    ? "  /// Records an event.\n"
    : """
      /// Records an event.
        ///
        /// The arguments are computed only if somebody records this marker.

    """
  return """
    /// A marker with \(words[n]), a static or global constant.
    \(example)@frozen
    public struct Marker\(n)\(open): ~Copyable, Sendable {
      @usableFromInline let declaration: MarkerDeclaration
    \(fieldsStored)
      /// Declares the marker `provider:name`\(n == 0 ? "" : " and names its fields").
      @inlinable @inline(__always)
      public init\(arity.list(["_ provider: StaticString", "_ name: StaticString"] + declared + ["file: StaticString = #fileID", "line: UInt32 = #line"], 2)) {
        declaration = MarkerDeclaration(provider, name, file, line)
    \(fieldsSet)  }

      /// Whether somebody records this marker now.
      @inlinable @inline(__always)
      public var isOn: Bool {
        guard let marker = unsafe marker else { return false }
        return unsafe swtrace_switch_bits(marker) != 0
      }

      @inlinable @inline(__always)
      var marker: UnsafePointer<swtrace_marker>? {
        if let marker = unsafe declaration.record { return unsafe marker }
        return unsafe touch()
      }

      @inlinable @inline(never)
      func touch() -> UnsafePointer<swtrace_marker>? {
        \(n == 0 ? "let" : "var") description = declaration.description(.event)
    \(fieldsDescribed)    return unsafe declaration.register(description)
      }
    }
    \(eager)
    extension Marker\(n) {
    \(emitSummary)  @inlinable @inline(__always)
      public func emit\(arity.list(arity.values(lazy: true), 2)) {
        guard let marker = unsafe marker else { return }
        unsafe Placed\(name)(marker).emit\(arity.list(arity.forwarded, 4))
      }
    }

    """
}

func placedMarker(_ arity: Arity) -> String {
  let n = arity.count
  let open = arity.parameters("MarkerField & ~Escapable")
  let widths = arity.types.map { "\($0).markerFieldType.fixedWidth" }
  let sum =
    widths.isEmpty
    ? "0" : widths.joined(separator: "\n        &+ ")
  let kept = arity.names.map {
    "    let kept\($0.uppercased()) = room.keep(\($0).markerFieldLength)\n"
  }
  .joined()
  let written = arity.names.map {
    "      \($0).write(to: &payload, keeping: kept\($0.uppercased()))\n"
  }.joined()
  let body =
    n == 0
    ? """
      @inlinable @inline(never)
      func record(_ switches: UInt32) {
        var slots = switches
        repeat {
          let record = unsafe swtrace_record_reserve(marker, swtrace_next_slot(&slots), 0)
          if unsafe record.place != nil { unsafe swtrace_record_commit(record) }
        } while slots != 0
      }
    """
    : """
      @inlinable @inline(never)
      func record\(arity.list(["_ switches: UInt32"] + arity.values(lazy: false), 2)) {
        var room = MarkerRoom(
          besides: \(sum))
    \(kept)    let size = room.taken
        var slots = switches
        repeat {
          let record = unsafe swtrace_record_reserve(marker, swtrace_next_slot(&slots), size)
          guard unsafe record.place != nil, let place = unsafe record.payload else { continue }
          var payload = unsafe MarkerPayload(at: place)
    \(written)      unsafe swtrace_record_commit(record)
        } while slots != 0
      }
    """
  let eager =
    n == 0
    ? ""
    : """

    extension PlacedMarker\(n)\(arity.escaping) {
      /// Records an event.
      ///
      /// This form is for byte arrays that are spans: its arguments are always computed.
      @_disfavoredOverload @inlinable @inline(__always)
      public func emit\(arity.list(arity.values(lazy: false), 2)) {
        let switches = unsafe swtrace_switch_bits(marker)
        if _slowPath(switches != 0) { record\(arity.list(["switches"] + arity.names, 4)) }
      }
    }

    """
  let emitSummary =
    n == 0
    ? "  /// Records an event.\n"
    : "  /// Records an event.\n  ///\n  /// The arguments are computed only if somebody records this marker.\n"
  return """
    /// A marker with \(words[n]) whose description stands in the program's file; see the product
    /// SwtraceMarkers.
    @frozen @safe
    public struct PlacedMarker\(n)\(open): @unchecked Sendable {
      @usableFromInline let marker: UnsafePointer<swtrace_marker>

      /// Takes a record of section `swtrace_markers`, which must describe these fields.
      @unsafe @inlinable @inline(__always)
      public init(record: UnsafeMutableRawPointer) {
        unsafe marker = UnsafePointer(record.assumingMemoryBound(to: swtrace_marker.self))
      }

      @inlinable @inline(__always)
      init(_ marker: UnsafePointer<swtrace_marker>) { unsafe self.marker = marker }

      /// Whether somebody records this marker now.
      @inlinable @inline(__always)
      public var isOn: Bool { unsafe swtrace_switch_bits(marker) != 0 }

    \(body)
    }
    \(eager)
    extension PlacedMarker\(n) {
    \(emitSummary)  @inlinable @inline(__always)
      public func emit\(arity.list(arity.values(lazy: true), 2)) {
        let switches = unsafe swtrace_switch_bits(marker)
        if _slowPath(switches != 0) { record\(arity.list(["switches"] + arity.forwarded, 4)) }
      }
    }

    """
}

/// `span` and `begin`, the same for both kinds of span markers.
func spanMethods(_ arity: Arity) -> String {
  let lazy = arity.values(lazy: true)
  let results = ["Result: ~Copyable", "Failure: Error"].joined(separator: ", ")
  let computed =
    arity.count == 0
    ? "" : "\n  ///\n  /// The arguments are computed only if somebody records it."
  return """
      /// Runs `body` as a span.\(computed)
      @inlinable @inline(__always)
      public func span<\(results)>\(arity.list(lazy + ["_ body: () throws(Failure) -> Result"], 2)) throws(Failure) -> Result {
        let stack = open\(arity.list(arity.forwarded, 4))
        defer { close(stack) }
        return try body()
      }

      /// Runs `body` as a span of the current task, on whatever threads it continues.
      @inlinable
      nonisolated(nonsending)
        public func span<\(results)>\(arity.list(lazy + ["_ body: nonisolated(nonsending) () async throws(Failure) -> Result"], 4)) async throws(Failure) -> Result
      {
        let stack = open\(arity.list(arity.forwarded, 4))
        defer { close(stack) }
        return try await body()
      }
    """
}

func spanMarker(_ arity: Arity) -> String {
  let n = arity.count
  let declared = arity.names.map { "_ \($0): StaticString" }
  let fieldsStored = arity.names.map { "  @usableFromInline let \($0): StaticString\n" }.joined()
  let fieldsSet = arity.names.map { "    self.\($0) = \($0)\n" }.joined()
  let fieldsDescribed = zip(arity.names, arity.types).map {
    "    description.field(\($1).markerFieldType, \($0))\n"
  }.joined()
  let placedArguments = arity.brackets(["UInt64"] + arity.types)
  return """
    /// Spans with \(words[n]), a static or global constant.
    ///
    /// The begin carries a first field `span` and the fields named here, the end only `span`: 0 on a
    /// plain thread, the task's number in a Swift task, a number of its own in a span begun by hand.
    @frozen
    public struct SpanMarker\(n)\(arity.parameters()): ~Copyable, Sendable {
      @usableFromInline let declaration: MarkerDeclaration
      @usableFromInline let ending: MarkerDeclaration
    \(fieldsStored)
      /// Declares the spans `provider:name`\(n == 0 ? "" : " and names the fields of their begin").
      @inlinable @inline(__always)
      public init\(arity.list(["_ provider: StaticString", "_ name: StaticString"] + declared + ["file: StaticString = #fileID", "line: UInt32 = #line"], 2)) {
        declaration = MarkerDeclaration(provider, name, file, line)
        ending = MarkerDeclaration(provider, name, file, line)
    \(fieldsSet)  }

      /// Whether somebody records these spans now.
      @inlinable @inline(__always)
      public var isOn: Bool {
        guard let marker = unsafe marker else { return false }
        return unsafe swtrace_switch_bits(marker) != 0
      }

      @inlinable @inline(__always)
      var marker: UnsafePointer<swtrace_marker>? {
        if let marker = unsafe declaration.record { return unsafe marker }
        return unsafe touch()
      }

      /// Registers begin and end, the end first: who sees the begin sees both.
      @inlinable @inline(never)
      func touch() -> UnsafePointer<swtrace_marker>? {
        guard unsafe ending.endMarker != nil else { return nil }
        var description = declaration.description(.begin)
        description.field(UInt64.markerFieldType, "span")
    \(fieldsDescribed)    return unsafe declaration.register(description)
      }

      @inlinable @inline(__always)
      func open\(arity.list(arity.values(lazy: true), 2)) -> UInt64? {
        guard let marker = unsafe marker else { return nil }
        let switches = unsafe swtrace_switch_bits(marker)
        guard _slowPath(switches != 0) else { return nil }
        let stack = SpanStack.current
        unsafe PlacedMarker\(n + 1)\(placedArguments)(marker).record\(arity.list(["switches", "stack"] + arity.forwarded, 4))
        return stack
      }

      @inlinable @inline(__always)
      func close(_ stack: UInt64?) {
        guard let stack, let marker = unsafe ending.endMarker else { return }
        unsafe PlacedMarker1<UInt64>(marker).emit(stack)
      }

    \(spanMethods(arity))

      /// Begins a span that is ended by hand, with `end()` of the value, on any thread.
      @inlinable @inline(__always)
      public func begin\(arity.list(arity.values(lazy: true), 2)) -> OpenSpan {
        guard let marker = unsafe marker else { return OpenSpan() }
        let switches = unsafe swtrace_switch_bits(marker)
        guard _slowPath(switches != 0), let ending = unsafe ending.endMarker else {
          return OpenSpan()
        }
        let span = unsafe OpenSpan(endingAt: ending)
        unsafe PlacedMarker\(n + 1)\(placedArguments)(marker).record\(arity.list(["switches", "span.number"] + arity.forwarded, 4))
        return span
      }
    }

    /// Spans with \(words[n]) whose descriptions stand in the program's file; see the product
    /// SwtraceMarkers.
    @frozen @safe
    public struct PlacedSpanMarker\(n)\(arity.parameters()): Sendable {
      @usableFromInline let beginning: PlacedMarker\(n + 1)\(placedArguments)
      @usableFromInline let ending: PlacedMarker1<UInt64>

      /// Takes records of section `swtrace_markers`, which must describe these fields.
      @unsafe @inlinable @inline(__always)
      public init(begin: UnsafeMutableRawPointer, end: UnsafeMutableRawPointer) {
        unsafe beginning = PlacedMarker\(n + 1)(record: begin)
        unsafe ending = PlacedMarker1(record: end)
      }

      /// Whether somebody records these spans now.
      @inlinable @inline(__always)
      public var isOn: Bool { beginning.isOn }

      @inlinable @inline(__always)
      func open\(arity.list(arity.values(lazy: true), 2)) -> UInt64? {
        let switches = unsafe swtrace_switch_bits(beginning.marker)
        guard _slowPath(switches != 0) else { return nil }
        let stack = SpanStack.current
        beginning.record\(arity.list(["switches", "stack"] + arity.forwarded, 4))
        return stack
      }

      @inlinable @inline(__always)
      func close(_ stack: UInt64?) {
        if let stack { ending.emit(stack) }
      }

    \(spanMethods(arity))

      /// Begins a span that is ended by hand, with `end()` of the value, on any thread.
      @inlinable @inline(__always)
      public func begin\(arity.list(arity.values(lazy: true), 2)) -> OpenSpan {
        let switches = unsafe swtrace_switch_bits(beginning.marker)
        guard _slowPath(switches != 0) else { return OpenSpan() }
        let span = unsafe OpenSpan(endingAt: ending.marker)
        beginning.record\(arity.list(["switches", "span.number"] + arity.forwarded, 4))
        return span
      }
    }

    """
}

func macros() -> String {
  var text = """
    // Written by Sources/Swtrace/Arities/generate.swift.

    @_exported public import CSwtrace
    @_exported public import Swtrace

    """
  for n in 0...12 {
    let arity = Arity(count: n)
    let declared = arity.names.map { "_ \($0): StaticString" }
    text += """

      /// Declares the marker `provider:name` with \(words[n]) as a static constant named after it.
      @freestanding(declaration, names: arbitrary)
      public macro marker\(arity.parameters("MarkerField & ~Escapable"))\(arity.list(["_ provider: StaticString", "_ name: StaticString"] + declared, 0)) =
        #externalMacro(module: "SwtraceMacros", type: "EventMarkerMacro")

      """
  }
  for n in 0...11 {
    let arity = Arity(count: n)
    let declared = arity.names.map { "_ \($0): StaticString" }
    text += """

      /// Declares the spans `provider:name` with \(words[n]) as a static constant named after them.
      @freestanding(declaration, names: arbitrary)
      public macro spanMarker\(arity.parameters())\(arity.list(["_ provider: StaticString", "_ name: StaticString"] + declared, 0)) =
        #externalMacro(module: "SwtraceMacros", type: "SpanMarkerMacro")

      """
  }
  text += """

    /// Declares the counter `provider:name` as a static constant named after it.
    @freestanding(declaration, names: arbitrary)
    public macro counterMarker<Value: CounterValue>(_ provider: StaticString, _ name: StaticString) =
      #externalMacro(module: "SwtraceMacros", type: "CounterMarkerMacro")

    """
  return text
}

func write(_ text: String, to path: String) {
  guard let file = fopen(path, "w") else {
    perror(path)
    exit(1)
  }
  fputs(text, file)
  fclose(file)
}

guard CommandLine.arguments.count == 2 else {
  print("usage: generate SOURCES")
  exit(1)
}
let sources = CommandLine.arguments[1]
for n in 0...12 {
  let arity = Arity(count: n)
  let head = "// Written by generate.swift.\n\npublic import CSwtrace\n\n"
  let spans = n < 12 ? "\n" + spanMarker(arity) : ""
  write(
    head + marker(arity) + "\n" + placedMarker(arity) + spans,
    to: "\(sources)/Swtrace/Arities/Arity\(n).swift")
}
write(macros(), to: "\(sources)/SwtraceMarkers/Macros.swift")
