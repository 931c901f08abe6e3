package import Events

/// A loss with its span of time in ticks of the reference clock.
package struct PlacedLoss: Hashable, Sendable {
  package var loss: Loss
  package var first: UInt64
  package var last: UInt64

  init(_ loss: Loss, tables: TraceTables, clock: TraceClock) {
    self.loss = loss
    let kind = tables.stream(loss.stream)?.clock ?? clock.reference
    first = clock.key(loss.first, of: kind)
    last = max(first, clock.key(loss.last, of: kind))
  }
}
