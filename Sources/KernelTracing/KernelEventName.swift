/// A kernel event by its system and name: `sched:sched_switch`.
package struct KernelEventName: Hashable, Comparable, Sendable {
  package var system: String
  package var event: String

  package init(system: String, event: String) {
    self.system = system
    self.event = event
  }

  package var qualifiedName: String { "\(system):\(event)" }

  package static func < (left: KernelEventName, right: KernelEventName) -> Bool {
    (left.system, left.event) < (right.system, right.event)
  }
}
