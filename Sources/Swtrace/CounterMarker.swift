public import CSwtrace

/// A counter: a value over time, one step at each `emit`.
///
///     enum Trace {
///       static let queue = CounterMarker<Int>("app", "queue_depth")
///     }
///     Trace.queue.emit(jobs.count)
///
/// Its one field is named `value`. Declare it as a static or global constant.
@frozen
public struct CounterMarker<Value: CounterValue>: ~Copyable, Sendable {
  @usableFromInline let declaration: MarkerDeclaration

  /// Declares the counter `provider:name`.
  @inlinable @inline(__always)
  public init(
    _ provider: StaticString, _ name: StaticString, file: StaticString = #fileID,
    line: UInt32 = #line
  ) {
    declaration = MarkerDeclaration(provider, name, file, line)
  }

  /// Whether somebody records this counter now.
  @inlinable @inline(__always)
  public var isOn: Bool {
    guard let marker = unsafe marker else { return false }
    return unsafe swtrace_switch_bits(marker) != 0
  }

  /// Records the value, which is computed only if somebody records this counter.
  @inlinable @inline(__always)
  public func emit(_ value: @autoclosure () -> Value) {
    guard let marker = unsafe marker else { return }
    unsafe PlacedMarker1<Value>(marker).emit(value())
  }

  @inlinable @inline(__always)
  var marker: UnsafePointer<swtrace_marker>? {
    if let marker = unsafe declaration.record { return unsafe marker }
    return unsafe touch()
  }

  @inlinable @inline(never)
  func touch() -> UnsafePointer<swtrace_marker>? {
    var description = declaration.description(.counter)
    description.field(Value.markerFieldType, "value")
    return unsafe declaration.register(description)
  }
}

/// A counter whose description stands in the program's file; see the product SwtraceMarkers.
@frozen @safe
public struct PlacedCounterMarker<Value: CounterValue>: Sendable {
  @usableFromInline let placed: PlacedMarker1<Value>

  /// Takes a record of section `swtrace_markers`, which must describe these fields.
  @unsafe @inlinable @inline(__always)
  public init(record: UnsafeMutableRawPointer) { unsafe placed = PlacedMarker1(record: record) }

  /// Whether somebody records this counter now.
  @inlinable @inline(__always)
  public var isOn: Bool { placed.isOn }

  /// Records the value, which is computed only if somebody records this counter.
  @inlinable @inline(__always)
  public func emit(_ value: @autoclosure () -> Value) { placed.emit(value()) }
}
