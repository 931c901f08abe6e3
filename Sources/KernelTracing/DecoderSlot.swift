/// One event type's rows in a decoder, until they become columns.
struct DecoderSlot {
  var plan: RecordPlan
  /// The fixed bytes of each record, `plan.stride` apart.
  var records = GrowingMemory()
  var rows = 0

  init(_ plan: RecordPlan) {
    self.plan = plan
  }
}
