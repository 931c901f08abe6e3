internal import Analysis

/// What a row of a timeline is about; it stays what it is while rows come and go around it.
enum RowKey: Hashable, Sendable {
  /// CPUs of a NUMA node, of a last-level cache.
  case node(Int), cache(Int)
  case cpu(Int)
  case hardInterrupts(cpu: Int), softInterrupts(cpu: Int)
  /// How many threads wait for a CPU.
  case runnable
  /// A place in the directory's processes, threads, counters.
  case process(Int), thread(Int), counter(Int)
  /// Processes of a control group, by its path; without one those of which none is known.
  case cgroup(String)
  /// On which CPU a thread runs, in which system call and spans it is.
  case place(thread: Int), calls(thread: Int), spans(thread: Int, depth: Int)
  /// How many rows are not shown.
  case hidden
  /// What was not recorded.
  case missing(String)

  /// Whether it is words only.
  var isNote: Bool {
    switch self {
    case .hidden, .missing: true
    default: false
    }
  }

  var lane: TimelineLane? {
    switch self {
    case .cpu(let cpu): .cpu(cpu)
    case .hardInterrupts(let cpu): .hardInterrupts(cpu: cpu)
    case .softInterrupts(let cpu): .softInterrupts(cpu: cpu)
    case .thread(let thread), .place(let thread): .state(thread: thread)
    case .calls(let thread): .systemCalls(thread: thread)
    case .spans(let thread, let depth): .spans(thread: thread, depth: depth)
    default: nil
    }
  }

  /// The CPU that it is about.
  var cpu: Int? {
    switch self {
    case .cpu(let cpu), .hardInterrupts(let cpu), .softInterrupts(let cpu): cpu
    default: nil
    }
  }

  /// The thread that it is about.
  var thread: Int? {
    switch self {
    case .thread(let thread), .place(let thread), .calls(let thread), .spans(let thread, _): thread
    default: nil
    }
  }

  init?(_ lane: TimelineLane) {
    switch lane {
    case .cpu(let cpu): self = .cpu(cpu)
    case .hardInterrupts(let cpu): self = .hardInterrupts(cpu: cpu)
    case .softInterrupts(let cpu): self = .softInterrupts(cpu: cpu)
    case .state(let thread): self = .thread(thread)
    case .systemCalls(let thread): self = .calls(thread: thread)
    case .spans(let thread, let depth): self = .spans(thread: thread, depth: depth)
    }
  }
}

/// A row as it stands on the screen.
struct Row: Hashable, Sendable {
  var key: RowKey
  var label: String
  var indent = 0
  /// Nil for rows without rows below them.
  var isFolded: Bool?
  var isPinned = false
}

/// Orders of the rows of threads.
enum RowOrder: String, Hashable, Sendable, CaseIterable {
  case run, delay, name, number, age

  var words: String {
    switch self {
    case .run: "run time"
    case .delay: "run delay"
    case .name: "name"
    case .number: "number"
    case .age: "first seen"
    }
  }
}
