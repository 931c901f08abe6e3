public import CSwtrace

/// Which stack of spans a begin or an end belongs to: the first field, `span`, of every span.
///
///     ┌────────────────────┬────────────────────────────────────────────────────────────┐
///     │ 0                  │ of this thread: an end closes the innermost open span of    │
///     │                    │ its name on the thread                                     │
///     │ top bit 0, not 0   │ of the Swift task with this number: likewise within the    │
///     │                    │ task, on whatever threads it runs                          │
///     │ top bit 1          │ of its own: begin and end carry the same number, found     │
///     │                    │ nowhere else; it lies in no stack                          │
///     └────────────────────┴────────────────────────────────────────────────────────────┘
///
/// Task numbers are those of the Swift runtime: counted from 1, never used again in a process.
@usableFromInline
enum SpanStack {
  /// The stack of the code that runs now.
  @inlinable @inline(__always)
  static var current: UInt64 { swtrace_task_number() & (1 << 63 - 1) }
}
