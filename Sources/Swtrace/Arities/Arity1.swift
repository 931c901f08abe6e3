// Written by generate.swift.

public import CSwtrace

/// A marker with one field, a static or global constant.
@frozen
public struct Marker1<A: MarkerField & ~Escapable>: ~Copyable, Sendable {
  @usableFromInline let declaration: MarkerDeclaration
  @usableFromInline let a: StaticString

  /// Declares the marker `provider:name` and names its fields.
  @inlinable @inline(__always)
  public init(
    _ provider: StaticString, _ name: StaticString, _ a: StaticString,
    file: StaticString = #fileID, line: UInt32 = #line
  ) {
    declaration = MarkerDeclaration(provider, name, file, line)
    self.a = a
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
    return unsafe declaration.register(description)
  }
}

extension Marker1 where A: ~Escapable {
  /// Records an event.
  ///
  /// This form is for byte arrays that are spans: its arguments are always computed.
  @_disfavoredOverload @inlinable @inline(__always)
  public func emit(_ a: A) {
    guard let marker = unsafe marker else { return }
    unsafe PlacedMarker1<A>(marker).emit(a)
  }
}

extension Marker1 {
  /// Records an event.
  ///
  /// The arguments are computed only if somebody records this marker.
  @inlinable @inline(__always)
  public func emit(_ a: @autoclosure () -> A) {
    guard let marker = unsafe marker else { return }
    unsafe PlacedMarker1<A>(marker).emit(a())
  }
}

/// A marker with one field whose description stands in the program's file; see the product
/// SwtraceMarkers.
@frozen @safe
public struct PlacedMarker1<A: MarkerField & ~Escapable>: @unchecked Sendable {
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
  func record(_ switches: UInt32, _ a: A) {
    var room = MarkerRoom(
      besides: A.markerFieldType.fixedWidth)
    let keptA = room.keep(a.markerFieldLength)
    let size = room.taken
    var slots = switches
    repeat {
      let record = unsafe swtrace_record_reserve(marker, swtrace_next_slot(&slots), size)
      guard unsafe record.place != nil, let place = unsafe record.payload else { continue }
      var payload = unsafe MarkerPayload(at: place)
      a.write(to: &payload, keeping: keptA)
      unsafe swtrace_record_commit(record)
    } while slots != 0
  }
}

extension PlacedMarker1 where A: ~Escapable {
  /// Records an event.
  ///
  /// This form is for byte arrays that are spans: its arguments are always computed.
  @_disfavoredOverload @inlinable @inline(__always)
  public func emit(_ a: A) {
    let switches = unsafe swtrace_switch_bits(marker)
    if _slowPath(switches != 0) { record(switches, a) }
  }
}

extension PlacedMarker1 {
  /// Records an event.
  ///
  /// The arguments are computed only if somebody records this marker.
  @inlinable @inline(__always)
  public func emit(_ a: @autoclosure () -> A) {
    let switches = unsafe swtrace_switch_bits(marker)
    if _slowPath(switches != 0) { record(switches, a()) }
  }
}

/// Spans with one field, a static or global constant.
///
/// The begin carries a first field `span` and the fields named here, the end only `span`: 0 on a
/// plain thread, the task's number in a Swift task, a number of its own in a span begun by hand.
@frozen
public struct SpanMarker1<A: MarkerField>: ~Copyable, Sendable {
  @usableFromInline let declaration: MarkerDeclaration
  @usableFromInline let ending: MarkerDeclaration
  @usableFromInline let a: StaticString

  /// Declares the spans `provider:name` and names the fields of their begin.
  @inlinable @inline(__always)
  public init(
    _ provider: StaticString, _ name: StaticString, _ a: StaticString,
    file: StaticString = #fileID, line: UInt32 = #line
  ) {
    declaration = MarkerDeclaration(provider, name, file, line)
    ending = MarkerDeclaration(provider, name, file, line)
    self.a = a
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
    return unsafe declaration.register(description)
  }

  @inlinable @inline(__always)
  func open(_ a: @autoclosure () -> A) -> UInt64? {
    guard let marker = unsafe marker else { return nil }
    let switches = unsafe swtrace_switch_bits(marker)
    guard _slowPath(switches != 0) else { return nil }
    let stack = SpanStack.current
    unsafe PlacedMarker2<UInt64, A>(marker).record(switches, stack, a())
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
    _ a: @autoclosure () -> A, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let stack = open(a())
    defer { close(stack) }
    return try body()
  }

  /// Runs `body` as a span of the current task, on whatever threads it continues.
  @inlinable
  nonisolated(nonsending)
    public func span<Result: ~Copyable, Failure: Error>(
      _ a: @autoclosure () -> A,
      _ body: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result
  {
    let stack = open(a())
    defer { close(stack) }
    return try await body()
  }

  /// Begins a span that is ended by hand, with `end()` of the value, on any thread.
  @inlinable @inline(__always)
  public func begin(_ a: @autoclosure () -> A) -> OpenSpan {
    guard let marker = unsafe marker else { return OpenSpan() }
    let switches = unsafe swtrace_switch_bits(marker)
    guard _slowPath(switches != 0), let ending = unsafe ending.endMarker else {
      return OpenSpan()
    }
    let span = unsafe OpenSpan(endingAt: ending)
    unsafe PlacedMarker2<UInt64, A>(marker).record(switches, span.number, a())
    return span
  }
}

/// Spans with one field whose descriptions stand in the program's file; see the product
/// SwtraceMarkers.
@frozen @safe
public struct PlacedSpanMarker1<A: MarkerField>: Sendable {
  @usableFromInline let beginning: PlacedMarker2<UInt64, A>
  @usableFromInline let ending: PlacedMarker1<UInt64>

  /// Takes records of section `swtrace_markers`, which must describe these fields.
  @unsafe @inlinable @inline(__always)
  public init(begin: UnsafeMutableRawPointer, end: UnsafeMutableRawPointer) {
    unsafe beginning = PlacedMarker2(record: begin)
    unsafe ending = PlacedMarker1(record: end)
  }

  /// Whether somebody records these spans now.
  @inlinable @inline(__always)
  public var isOn: Bool { beginning.isOn }

  @inlinable @inline(__always)
  func open(_ a: @autoclosure () -> A) -> UInt64? {
    let switches = unsafe swtrace_switch_bits(beginning.marker)
    guard _slowPath(switches != 0) else { return nil }
    let stack = SpanStack.current
    beginning.record(switches, stack, a())
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
    _ a: @autoclosure () -> A, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let stack = open(a())
    defer { close(stack) }
    return try body()
  }

  /// Runs `body` as a span of the current task, on whatever threads it continues.
  @inlinable
  nonisolated(nonsending)
    public func span<Result: ~Copyable, Failure: Error>(
      _ a: @autoclosure () -> A,
      _ body: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result
  {
    let stack = open(a())
    defer { close(stack) }
    return try await body()
  }

  /// Begins a span that is ended by hand, with `end()` of the value, on any thread.
  @inlinable @inline(__always)
  public func begin(_ a: @autoclosure () -> A) -> OpenSpan {
    let switches = unsafe swtrace_switch_bits(beginning.marker)
    guard _slowPath(switches != 0) else { return OpenSpan() }
    let span = unsafe OpenSpan(endingAt: ending.marker)
    beginning.record(switches, span.number, a())
    return span
  }
}
