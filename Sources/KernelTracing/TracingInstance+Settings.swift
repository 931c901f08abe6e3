internal import Glibc

extension TracingInstance {
  package func availableClocks() throws(KernelTracingError) -> [String] {
    try text("trace_clock").split { $0 == " " || $0 == "\n" }.map { name in
      name.first == "[" ? String(name.dropFirst().dropLast()) : String(name)
    }
  }

  /// Name of the clock that is set.
  package func clock() throws(KernelTracingError) -> String? {
    try text("trace_clock").split { $0 == " " || $0 == "\n" }
      .first { $0.first == "[" }.map { String($0.dropFirst().dropLast()) }
  }

  /// Sets the clock, which empties the buffers.
  package func set(clock: TracingClock) throws(KernelTracingError) {
    do throws(KernelTracingError) {
      try write(clock.name, to: "trace_clock")
    } catch {
      guard case .failed(.write, _, EINVAL) = error else { throw error }
      throw .noSuchClock(clock.name, available: try availableClocks())
    }
  }

  package func set(bufferKibibytesPerCPU size: Int) throws(KernelTracingError) {
    try write("\(size)", to: "buffer_size_kb")
  }

  /// Kibibytes of a CPU's buffer, which the kernel rounds to whole sub-buffers.
  package func bufferKibibytes(cpu: Int) throws(KernelTracingError) -> Int {
    let file = "per_cpu/cpu\(cpu)/buffer_size_kb"
    guard let size = Int(try text(file).prefix { $0.isNumber }) else {
      throw .malformed(path: "\(path)/\(file)", line: 1)
    }
    return size
  }

  /// Sets the sub-buffers' size, before the buffers'; false where this kernel has but one.
  package func set(subBufferKibibytes size: Int) throws(KernelTracingError) -> Bool {
    try writeWhereKnown("\(size)", to: "buffer_subbuf_size_kb")
  }

  /// With overwriting on, losses are marked in place and counted.
  package func set(overwriting: Bool) throws(KernelTracingError) {
    try write(overwriting ? "1" : "0", to: "options/overwrite")
  }

  /// How full a buffer has to be for `poll` to report it; false where this kernel has no such file.
  package func set(wakingPercent: Int) throws(KernelTracingError) -> Bool {
    try writeWhereKnown("\(wakingPercent)", to: "buffer_percent")
  }

  /// Has the kernel remember the processes of threads; false where this kernel cannot.
  package func set(recordingThreadGroups: Bool) throws(KernelTracingError) -> Bool {
    try writeWhereKnown(recordingThreadGroups ? "1" : "0", to: "options/record-tgid")
  }

  private func writeWhereKnown(
    _ setting: String, to file: String
  ) throws(KernelTracingError) -> Bool {
    guard has(file) else { return false }
    try write(setting, to: file)
    return true
  }
}
