import Testing

@testable import Recording

@Suite struct `A budget of queued bytes` {
  @Test func `is taken and given back`() {
    let budget = QueueBudget(bytes: 100)
    #expect(budget.take(60))
    #expect(!budget.take(60))
    #expect(budget.pressure == 0.6)
    budget.giveBack(60)
    #expect(budget.take(100))
  }
}
