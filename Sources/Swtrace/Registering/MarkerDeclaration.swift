public import CSwtrace
public import Synchronization

/// A marker as it stands in the source, and its record once it has been touched.
///
/// The optimiser lays a static constant of this out at compile time: reading it needs no
/// `swift_once`. The state is 0 or the address of a record that stays for the life of the process.
@frozen @usableFromInline
struct MarkerDeclaration: ~Copyable, Sendable {
  @usableFromInline let state: Atomic<UInt>
  @usableFromInline let provider: StaticString
  @usableFromInline let name: StaticString
  @usableFromInline let file: StaticString
  @usableFromInline let line: UInt32

  @inlinable @inline(__always)
  init(_ provider: StaticString, _ name: StaticString, _ file: StaticString, _ line: UInt32) {
    state = Atomic(0)
    self.provider = provider
    self.name = name
    self.file = file
    self.line = line
  }

  /// The record, if this declaration has been touched.
  ///
  /// Relaxed: everything that is read of the record is reached through the address.
  @inlinable @inline(__always)
  var record: UnsafePointer<swtrace_marker>? {
    let address = state.load(ordering: .relaxed)
    return _slowPath(address == 0) ? nil : unsafe UnsafePointer(bitPattern: address)
  }

  /// The record of the end of spans.
  @inlinable @inline(__always)
  var endMarker: UnsafePointer<swtrace_marker>? {
    if let marker = unsafe record { return unsafe marker }
    return unsafe registerEnd()
  }

  /// Begins the marker's description.
  @usableFromInline
  func description(_ kind: MarkerDescription.Kind) -> MarkerDescription {
    MarkerDescription(kind, provider, name, file, line)
  }

  /// Registers the description; nil where no memory can be had, to be tried again.
  @usableFromInline
  func register(_ description: consuming MarkerDescription) -> UnsafePointer<swtrace_marker>? {
    guard let record = unsafe MadeMarkers.record(of: description) else { return nil }
    state.store(UInt(bitPattern: record), ordering: .releasing)
    return unsafe record
  }

  /// Registers the end of spans: its one field says to which stack it belongs.
  @usableFromInline
  func registerEnd() -> UnsafePointer<swtrace_marker>? {
    var description = description(.end)
    description.field(UInt64.markerFieldType, "span")
    return unsafe register(description)
  }
}
