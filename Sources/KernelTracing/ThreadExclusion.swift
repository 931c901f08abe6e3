package import Events

/// Keeps threads out of an event by its filter.
package enum ThreadExclusion {
  /// `filter`, and that the event is of none of `threads`; nil where nothing is left to ask for.
  package static func filter(_ filter: String?, excluding threads: [ThreadNumber]) -> String? {
    var terms = threads.map { "common_pid != \($0)" }
    if let filter, !filter.isEmpty {
      if terms.isEmpty { return filter }
      terms.append("(\(filter))")
    }
    return terms.isEmpty ? nil : terms.joined(separator: " && ")
  }
}
