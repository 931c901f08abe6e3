package import Events

extension TracingInstance {
  /// Narrows the instance's events to these threads and what they fork from now on.
  ///
  /// Following is switched on before the threads are written, so that no child slips between.
  package func follow(_ threads: [ThreadNumber]) throws(KernelTracingError) {
    try write("1", to: "options/event-fork")
    try write(threads.map { "\($0)" }.joined(separator: " "), to: "set_event_pid")
  }
}
