package import Events

/// All that is needed to decode pages: their layout, the formats of the events in them and the
/// numbers of the event types in the trace.
package struct PageFormats: Sendable {
  /// For records that their format does not explain: kept whole.
  package static let undecoded = EventType(
    system: "kernel", name: "undecoded", origin: .kernel,
    fields: [Field("event", .string), Field("bytes", .bytes)])

  static let mostFormats = 65535

  package let layout: PageLayout
  /// The trace's number of `PageFormats.undecoded`.
  package let undecoded: EventTypeID
  package let formats: [KernelEventFormat]
  /// Of the formats, in their order.
  package let types: [EventTypeID]
  /// For each event id the position of its format plus 1, 0 for ids without one.
  let slots: [UInt16]

  /// Puts formats together; where two have the same id, the later one holds.
  ///
  /// `undecoded` is the trace's number of `PageFormats.undecoded`.
  package init(
    layout: PageLayout, formats: [(KernelEventFormat, EventTypeID)], undecoded: EventTypeID
  ) {
    precondition(formats.count <= Self.mostFormats)
    self.layout = layout
    self.undecoded = undecoded
    self.formats = formats.map { $0.0 }
    self.types = formats.map { $0.1 }
    let largest = formats.map { Int($0.0.id) }.max() ?? 0
    var slots = [UInt16](repeating: 0, count: largest + 1)
    for (position, format) in formats.enumerated() {
      slots[Int(format.0.id)] = UInt16(position + 1)
    }
    self.slots = slots
  }
}
