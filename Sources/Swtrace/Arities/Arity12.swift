// Written by generate.swift.

public import CSwtrace

/// A marker with twelve fields, a static or global constant.
@frozen
public struct Marker12<
  A: MarkerField & ~Escapable, B: MarkerField & ~Escapable, C: MarkerField & ~Escapable,
  D: MarkerField & ~Escapable, E: MarkerField & ~Escapable, F: MarkerField & ~Escapable,
  G: MarkerField & ~Escapable, H: MarkerField & ~Escapable, I: MarkerField & ~Escapable,
  J: MarkerField & ~Escapable, K: MarkerField & ~Escapable, L: MarkerField & ~Escapable
>: ~Copyable, Sendable {
  @usableFromInline let declaration: MarkerDeclaration
  @usableFromInline let a: StaticString
  @usableFromInline let b: StaticString
  @usableFromInline let c: StaticString
  @usableFromInline let d: StaticString
  @usableFromInline let e: StaticString
  @usableFromInline let f: StaticString
  @usableFromInline let g: StaticString
  @usableFromInline let h: StaticString
  @usableFromInline let i: StaticString
  @usableFromInline let j: StaticString
  @usableFromInline let k: StaticString
  @usableFromInline let l: StaticString

  /// Declares the marker `provider:name` and names its fields.
  @inlinable @inline(__always)
  public init(
    _ provider: StaticString, _ name: StaticString, _ a: StaticString, _ b: StaticString,
    _ c: StaticString, _ d: StaticString, _ e: StaticString, _ f: StaticString, _ g: StaticString,
    _ h: StaticString, _ i: StaticString, _ j: StaticString, _ k: StaticString, _ l: StaticString,
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
    self.h = h
    self.i = i
    self.j = j
    self.k = k
    self.l = l
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
    description.field(H.markerFieldType, h)
    description.field(I.markerFieldType, i)
    description.field(J.markerFieldType, j)
    description.field(K.markerFieldType, k)
    description.field(L.markerFieldType, l)
    return unsafe declaration.register(description)
  }
}

extension Marker12
where
  A: ~Escapable, B: ~Escapable, C: ~Escapable, D: ~Escapable, E: ~Escapable, F: ~Escapable,
  G: ~Escapable, H: ~Escapable, I: ~Escapable, J: ~Escapable, K: ~Escapable, L: ~Escapable
{
  /// Records an event.
  ///
  /// This form is for byte arrays that are spans: its arguments are always computed.
  @_disfavoredOverload @inlinable @inline(__always)
  public func emit(
    _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G, _ h: H, _ i: I, _ j: J, _ k: K, _ l: L
  ) {
    guard let marker = unsafe marker else { return }
    unsafe PlacedMarker12<A, B, C, D, E, F, G, H, I, J, K, L>(marker).emit(
      a, b, c, d, e, f, g, h, i, j, k, l)
  }
}

extension Marker12 {
  /// Records an event.
  ///
  /// The arguments are computed only if somebody records this marker.
  @inlinable @inline(__always)
  public func emit(
    _ a: @autoclosure () -> A, _ b: @autoclosure () -> B, _ c: @autoclosure () -> C,
    _ d: @autoclosure () -> D, _ e: @autoclosure () -> E, _ f: @autoclosure () -> F,
    _ g: @autoclosure () -> G, _ h: @autoclosure () -> H, _ i: @autoclosure () -> I,
    _ j: @autoclosure () -> J, _ k: @autoclosure () -> K, _ l: @autoclosure () -> L
  ) {
    guard let marker = unsafe marker else { return }
    unsafe PlacedMarker12<A, B, C, D, E, F, G, H, I, J, K, L>(marker).emit(
      a(), b(), c(), d(), e(), f(), g(), h(), i(), j(), k(), l())
  }
}

/// A marker with twelve fields whose description stands in the program's file; see the product
/// SwtraceMarkers.
@frozen @safe
public struct PlacedMarker12<
  A: MarkerField & ~Escapable, B: MarkerField & ~Escapable, C: MarkerField & ~Escapable,
  D: MarkerField & ~Escapable, E: MarkerField & ~Escapable, F: MarkerField & ~Escapable,
  G: MarkerField & ~Escapable, H: MarkerField & ~Escapable, I: MarkerField & ~Escapable,
  J: MarkerField & ~Escapable, K: MarkerField & ~Escapable, L: MarkerField & ~Escapable
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
    _ switches: UInt32, _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G, _ h: H, _ i: I,
    _ j: J, _ k: K, _ l: L
  ) {
    var room = MarkerRoom(
      besides: A.markerFieldType.fixedWidth
        &+ B.markerFieldType.fixedWidth
        &+ C.markerFieldType.fixedWidth
        &+ D.markerFieldType.fixedWidth
        &+ E.markerFieldType.fixedWidth
        &+ F.markerFieldType.fixedWidth
        &+ G.markerFieldType.fixedWidth
        &+ H.markerFieldType.fixedWidth
        &+ I.markerFieldType.fixedWidth
        &+ J.markerFieldType.fixedWidth
        &+ K.markerFieldType.fixedWidth
        &+ L.markerFieldType.fixedWidth)
    let keptA = room.keep(a.markerFieldLength)
    let keptB = room.keep(b.markerFieldLength)
    let keptC = room.keep(c.markerFieldLength)
    let keptD = room.keep(d.markerFieldLength)
    let keptE = room.keep(e.markerFieldLength)
    let keptF = room.keep(f.markerFieldLength)
    let keptG = room.keep(g.markerFieldLength)
    let keptH = room.keep(h.markerFieldLength)
    let keptI = room.keep(i.markerFieldLength)
    let keptJ = room.keep(j.markerFieldLength)
    let keptK = room.keep(k.markerFieldLength)
    let keptL = room.keep(l.markerFieldLength)
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
      h.write(to: &payload, keeping: keptH)
      i.write(to: &payload, keeping: keptI)
      j.write(to: &payload, keeping: keptJ)
      k.write(to: &payload, keeping: keptK)
      l.write(to: &payload, keeping: keptL)
      unsafe swtrace_record_commit(record)
    } while slots != 0
  }
}

extension PlacedMarker12
where
  A: ~Escapable, B: ~Escapable, C: ~Escapable, D: ~Escapable, E: ~Escapable, F: ~Escapable,
  G: ~Escapable, H: ~Escapable, I: ~Escapable, J: ~Escapable, K: ~Escapable, L: ~Escapable
{
  /// Records an event.
  ///
  /// This form is for byte arrays that are spans: its arguments are always computed.
  @_disfavoredOverload @inlinable @inline(__always)
  public func emit(
    _ a: A, _ b: B, _ c: C, _ d: D, _ e: E, _ f: F, _ g: G, _ h: H, _ i: I, _ j: J, _ k: K, _ l: L
  ) {
    let switches = unsafe swtrace_switch_bits(marker)
    if _slowPath(switches != 0) { record(switches, a, b, c, d, e, f, g, h, i, j, k, l) }
  }
}

extension PlacedMarker12 {
  /// Records an event.
  ///
  /// The arguments are computed only if somebody records this marker.
  @inlinable @inline(__always)
  public func emit(
    _ a: @autoclosure () -> A, _ b: @autoclosure () -> B, _ c: @autoclosure () -> C,
    _ d: @autoclosure () -> D, _ e: @autoclosure () -> E, _ f: @autoclosure () -> F,
    _ g: @autoclosure () -> G, _ h: @autoclosure () -> H, _ i: @autoclosure () -> I,
    _ j: @autoclosure () -> J, _ k: @autoclosure () -> K, _ l: @autoclosure () -> L
  ) {
    let switches = unsafe swtrace_switch_bits(marker)
    if _slowPath(switches != 0) {
      record(
        switches, a(), b(), c(), d(), e(), f(), g(), h(), i(), j(), k(), l()
      )
    }
  }
}
