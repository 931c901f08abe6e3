internal import Events

/// What one pass over the programs brought, on its way to the encoder.
final class ProgramBatches: Sendable {
  let batches: [Batch]
  let completeThrough: UInt64

  init(_ batches: [Batch], completeThrough: UInt64) {
    self.batches = batches
    self.completeThrough = completeThrough
  }
}
