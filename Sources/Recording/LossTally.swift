internal import Events
internal import Synchronization

/// Losses added up by stream and reason.
final class LossTally: Sendable {
  struct Key: Hashable {
    var stream: StreamID
    var reason: Loss.Reason
  }

  struct Sum {
    var count: UInt64 = 0
    var isLowerBound = false
  }

  private let sums = Mutex<[Key: Sum]>([:])

  func add(_ losses: [Loss]) {
    guard !losses.isEmpty else { return }
    sums.withLock { sums in
      for loss in losses {
        let key = Key(stream: loss.stream, reason: loss.reason)
        if let count = loss.count {
          let sum = sums[key, default: Sum()].count
          sums[key, default: Sum()].count = sum.addingClamped(count)
        } else {
          sums[key, default: Sum()].isLowerBound = true
        }
      }
    }
  }

  func count(_ stream: StreamID, _ reason: Loss.Reason) -> UInt64 {
    sums.withLock { $0[Key(stream: stream, reason: reason)]?.count ?? 0 }
  }

  var total: UInt64 { sums.withLock { $0.values.reduce(0) { $0.addingClamped($1.count) } } }

  var all: [Key: Sum] { sums.withLock { $0 } }
}
