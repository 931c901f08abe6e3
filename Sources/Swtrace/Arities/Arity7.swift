// Written by generate.swift.

public import CSwtrace

/// A marker with seven fields, a static or global constant.
@frozen
public struct Marker7<
  A: MarkerField & ~Escapable, B: MarkerField & ~Escapable, C: MarkerField & ~Escapable,
  D: MarkerField & ~Escapable, E: MarkerField & ~Escapable, F: MarkerField & ~Escapable,
  G: MarkerField & ~Escapable
>: ~Copyable, Sendable {
  @usableFromInline let declaration: MarkerDeclaration
  @usableFromInline let a: StaticString
  @usableFromInline let b: StaticString
  @usableFromInline let c: StaticString
  @usableFromInline let d: StaticString
  @usableFromInline let e: StaticString
  @usableFromInline let f: StaticString
  @usableFromInline let g: StaticString

  /// Declares the marker `provider:name` and names its fields.
  @inlinable @inline(__always)
  public init(
    _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
    _ c: StaticString, _ d: StaticString, _ e: StaticString, _ f: StaticString, _ g: StaticString,
    file: StaticString = #fileID, line: UInt32 = #line
  ) {
    declaration = MarkerDeclaration(provider, name, file, line)
    self.a = a
    self.b = b
    self.c = c
    self.d = d
    self.e = e
    self.f = f
    self.g = g
  }

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
    var description = declaration.description(.event)
    description.field(A.markerFieldType, a)
    description.field(B.markerFieldType, b)
    description.field(C.markerFieldType, c)
    description.field(D.markerFieldType, d)
    description.field(E.markerFieldType, e)
    description.field(F.markerFieldType, f)
    description.field(G.markerFieldType, g)
    return unsafe declaration.register(description)
  }
}

extension Marker7
where
  A: ~Escapable, B: ~Escapable, C: ~Escapable, D: ~Escapable, E: ~Escapable, F: ~Escapable,
  G: ~Escapable
{
  /// Records an event.
  ///
  /// This form is for byte arrays that are spans: its arguments are always computed.
  @_disfavoredOverload @inlinable @inline(__always)
  public func emit(_ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G) {
    guard let marker = unsafe marker else { return }
    unsafe PlacedMarker7<A, B, C, D, E, F, G>(marker).emit(a, b, c, d, e, f, g)
  }
}

extension Marker7 {
  /// Records an event.
  ///
  /// The arguments are computed only if somebody records this marker.
  @inlinable @inline(__always)
  public func emit(
    _ a: @autoclosure () -> A, _ b: @autoclosure () -> B, _ c: @autoclosure () -> C,
    _ d: @autoclosure () -> D, _ e: @autoclosure () -> E, _ f: @autoclosure () -> F,
    _ g: @autoclosure () -> G
  ) {
    guard let marker = unsafe marker else { return }
    unsafe PlacedMarker7<A, B, C, D, E, F, G>(marker).emit(a(), b(), c(), d(), e(), f(), g())
  }
}

/// A marker with seven fields whose description stands in the program's file; see the product
/// SwtraceMarkers.
@frozen @safe
public struct PlacedMarker7<
  A: MarkerField & ~Escapable, B: MarkerField & ~Escapable, C: MarkerField & ~Escapable,
  D: MarkerField & ~Escapable, E: MarkerField & ~Escapable, F: MarkerField & ~Escapable,
  G: MarkerField & ~Escapable
>: @unchecked Sendable {
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

  @inlinable @inline(never)
  func record(
    _ switches: UInt32, _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G
  ) {
    var room = MarkerRoom(
      besides: A.markerFieldType.fixedWidth
        &+ B.markerFieldType.fixedWidth
        &+ C.markerFieldType.fixedWidth
        &+ D.markerFieldType.fixedWidth
        &+ E.markerFieldType.fixedWidth
        &+ F.markerFieldType.fixedWidth
        &+ G.markerFieldType.fixedWidth)
    let keptA = room.keep(a.markerFieldLength)
    let keptB = room.keep(b.markerFieldLength)
    let keptC = room.keep(c.markerFieldLength)
    let keptD = room.keep(d.markerFieldLength)
    let keptE = room.keep(e.markerFieldLength)
    let keptF = room.keep(f.markerFieldLength)
    let keptG = room.keep(g.markerFieldLength)
    let size = room.taken
    var slots = switches
    repeat {
      let record = unsafe swtrace_record_reserve(marker, swtrace_next_slot(&slots), size)
      guard unsafe record.place != nil, let place = unsafe record.payload else { continue }
      var payload = unsafe MarkerPayload(at: place)
      a.write(to: &payload, keeping: keptA)
      b.write(to: &payload, keeping: keptB)
      c.write(to: &payload, keeping: keptC)
      d.write(to: &payload, keeping: keptD)
      e.write(to: &payload, keeping: keptE)
      f.write(to: &payload, keeping: keptF)
      g.write(to: &payload, keeping: keptG)
      unsafe swtrace_record_commit(record)
    } while slots != 0
  }
}

extension PlacedMarker7
where
  A: ~Escapable, B: ~Escapable, C: ~Escapable, D: ~Escapable, E: ~Escapable, F: ~Escapable,
  G: ~Escapable
{
  /// Records an event.
  ///
  /// This form is for byte arrays that are spans: its arguments are always computed.
  @_disfavoredOverload @inlinable @inline(__always)
  public func emit(_ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G) {
    let switches = unsafe swtrace_switch_bits(marker)
    if _slowPath(switches != 0) { record(switches, a, b, c, d, e, f, g) }
  }
}

extension PlacedMarker7 {
  /// Records an event.
  ///
  /// The arguments are computed only if somebody records this marker.
  @inlinable @inline(__always)
  public func emit(
    _ a: @autoclosure () -> A, _ b: @autoclosure () -> B, _ c: @autoclosure () -> C,
    _ d: @autoclosure () -> D, _ e: @autoclosure () -> E, _ f: @autoclosure () -> F,
    _ g: @autoclosure () -> G
  ) {
    let switches = unsafe swtrace_switch_bits(marker)
    if _slowPath(switches != 0) { record(switches, a(), b(), c(), d(), e(), f(), g()) }
  }
}

/// Spans with seven fields, a static or global constant.
///
/// The begin carries a first field `span` and the fields named here, the end only `span`: 0 on a
/// plain thread, the task's number in a Swift task, a number of its own in a span begun by hand.
@frozen
public struct SpanMarker7<
  A: MarkerField, B: MarkerField, C: MarkerField, D: MarkerField, E: MarkerField, F: MarkerField,
  G: MarkerField
>: ~Copyable, Sendable {
  @usableFromInline let declaration: MarkerDeclaration
  @usableFromInline let ending: MarkerDeclaration
  @usableFromInline let a: StaticString
  @usableFromInline let b: StaticString
  @usableFromInline let c: StaticString
  @usableFromInline let d: StaticString
  @usableFromInline let e: StaticString
  @usableFromInline let f: StaticString
  @usableFromInline let g: StaticString

  /// Declares the spans `provider:name` and names the fields of their begin.
  @inlinable @inline(__always)
  public init(
    _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
    _ c: StaticString, _ d: StaticString, _ e: StaticString, _ f: StaticString, _ g: StaticString,
    file: StaticString = #fileID, line: UInt32 = #line
  ) {
    declaration = MarkerDeclaration(provider, name, file, line)
    ending = MarkerDeclaration(provider, name, file, line)
    self.a = a
    self.b = b
    self.c = c
    self.d = d
    self.e = e
    self.f = f
    self.g = g
  }

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
    description.field(A.markerFieldType, a)
    description.field(B.markerFieldType, b)
    description.field(C.markerFieldType, c)
    description.field(D.markerFieldType, d)
    description.field(E.markerFieldType, e)
    description.field(F.markerFieldType, f)
    description.field(G.markerFieldType, g)
    return unsafe declaration.register(description)
  }

  @inlinable @inline(__always)
  func open(
    _ a: @autoclosure () -> A, _ b: @autoclosure () -> B, _ c: @autoclosure () -> C,
    _ d: @autoclosure () -> D, _ e: @autoclosure () -> E, _ f: @autoclosure () -> F,
    _ g: @autoclosure () -> G
  ) -> UInt64? {
    guard let marker = unsafe marker else { return nil }
    let switches = unsafe swtrace_switch_bits(marker)
    guard _slowPath(switches != 0) else { return nil }
    let stack = SpanStack.current
    unsafe PlacedMarker8<UInt64, A, B, C, D, E, F, G>(marker).record(
      switches, stack, a(), b(), c(), d(), e(), f(), g())
    return stack
  }

  @inlinable @inline(__always)
  func close(_ stack: UInt64?) {
    guard let stack, let marker = unsafe ending.endMarker else { return }
    unsafe PlacedMarker1<UInt64>(marker).emit(stack)
  }

  /// Runs `body` as a span.
  ///
  /// The arguments are computed only if somebody records it.
  @inlinable @inline(__always)
  public func span<Result: ~Copyable, Failure: Error>(
    _ a: @autoclosure () -> A, _ b: @autoclosure () -> B, _ c: @autoclosure () -> C,
    _ d: @autoclosure () -> D, _ e: @autoclosure () -> E, _ f: @autoclosure () -> F,
    _ g: @autoclosure () -> G, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let stack = open(a(), b(), c(), d(), e(), f(), g())
    defer { close(stack) }
    return try body()
  }

  /// Runs `body` as a span of the current task, on whatever threads it continues.
  @inlinable
  nonisolated(nonsending)
    public func span<Result: ~Copyable, Failure: Error>(
      _ a: @autoclosure () -> A, _ b: @autoclosure () -> B, _ c: @autoclosure () -> C,
      _ d: @autoclosure () -> D, _ e: @autoclosure () -> E, _ f: @autoclosure () -> F,
      _ g: @autoclosure () -> G,
      _ body: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result
  {
    let stack = open(a(), b(), c(), d(), e(), f(), g())
    defer { close(stack) }
    return try await body()
  }

  /// Begins a span that is ended by hand, with `end()` of the value, on any thread.
  @inlinable @inline(__always)
  public func begin(
    _ a: @autoclosure () -> A, _ b: @autoclosure () -> B, _ c: @autoclosure () -> C,
    _ d: @autoclosure () -> D, _ e: @autoclosure () -> E, _ f: @autoclosure () -> F,
    _ g: @autoclosure () -> G
  ) -> OpenSpan {
    guard let marker = unsafe marker else { return OpenSpan() }
    let switches = unsafe swtrace_switch_bits(marker)
    guard _slowPath(switches != 0), let ending = unsafe ending.endMarker else {
      return OpenSpan()
    }
    let span = unsafe OpenSpan(endingAt: ending)
    unsafe PlacedMarker8<UInt64, A, B, C, D, E, F, G>(marker).record(
      switches, span.number, a(), b(), c(), d(), e(), f(), g())
    return span
  }
}

/// Spans with seven fields whose descriptions stand in the program's file; see the product
/// SwtraceMarkers.
@frozen @safe
public struct PlacedSpanMarker7<
  A: MarkerField, B: MarkerField, C: MarkerField, D: MarkerField, E: MarkerField, F: MarkerField,
  G: MarkerField
>: Sendable {
  @usableFromInline let beginning: PlacedMarker8<UInt64, A, B, C, D, E, F, G>
  @usableFromInline let ending: PlacedMarker1<UInt64>

  /// Takes records of section `swtrace_markers`, which must describe these fields.
  @unsafe @inlinable @inline(__always)
  public init(begin: UnsafeMutableRawPointer, end: UnsafeMutableRawPointer) {
    unsafe beginning = PlacedMarker8(record: begin)
    unsafe ending = PlacedMarker1(record: end)
  }

  /// Whether somebody records these spans now.
  @inlinable @inline(__always)
  public var isOn: Bool { beginning.isOn }

  @inlinable @inline(__always)
  func open(
    _ a: @autoclosure () -> A, _ b: @autoclosure () -> B, _ c: @autoclosure () -> C,
    _ d: @autoclosure () -> D, _ e: @autoclosure () -> E, _ f: @autoclosure () -> F,
    _ g: @autoclosure () -> G
  ) -> UInt64? {
    let switches = unsafe swtrace_switch_bits(beginning.marker)
    guard _slowPath(switches != 0) else { return nil }
    let stack = SpanStack.current
    beginning.record(switches, stack, a(), b(), c(), d(), e(), f(), g())
    return stack
  }

  @inlinable @inline(__always)
  func close(_ stack: UInt64?) {
    if let stack { ending.emit(stack) }
  }

  /// Runs `body` as a span.
  ///
  /// The arguments are computed only if somebody records it.
  @inlinable @inline(__always)
  public func span<Result: ~Copyable, Failure: Error>(
    _ a: @autoclosure () -> A, _ b: @autoclosure () -> B, _ c: @autoclosure () -> C,
    _ d: @autoclosure () -> D, _ e: @autoclosure () -> E, _ f: @autoclosure () -> F,
    _ g: @autoclosure () -> G, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let stack = open(a(), b(), c(), d(), e(), f(), g())
    defer { close(stack) }
    return try body()
  }

  /// Runs `body` as a span of the current task, on whatever threads it continues.
  @inlinable
  nonisolated(nonsending)
    public func span<Result: ~Copyable, Failure: Error>(
      _ a: @autoclosure () -> A, _ b: @autoclosure () -> B, _ c: @autoclosure () -> C,
      _ d: @autoclosure () -> D, _ e: @autoclosure () -> E, _ f: @autoclosure () -> F,
      _ g: @autoclosure () -> G,
      _ body: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result
  {
    let stack = open(a(), b(), c(), d(), e(), f(), g())
    defer { close(stack) }
    return try await body()
  }

  /// Begins a span that is ended by hand, with `end()` of the value, on any thread.
  @inlinable @inline(__always)
  public func begin(
    _ a: @autoclosure () -> A, _ b: @autoclosure () -> B, _ c: @autoclosure () -> C,
    _ d: @autoclosure () -> D, _ e: @autoclosure () -> E, _ f: @autoclosure () -> F,
    _ g: @autoclosure () -> G
  ) -> OpenSpan {
    let switches = unsafe swtrace_switch_bits(beginning.marker)
    guard _slowPath(switches != 0) else { return OpenSpan() }
    let span = unsafe OpenSpan(endingAt: ending.marker)
    beginning.record(switches, span.number, a(), b(), c(), d(), e(), f(), g())
    return span
  }
}
