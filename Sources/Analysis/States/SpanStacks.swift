import Events

/// A span that is open.
struct OpenSpan: BitwiseCopyable {
  /// Number of its name.
  var name: Int32 = 0
  var parent: Int32 = -1
  var begin: UInt64 = 0
  var thread: ThreadNumber = 0
  /// The thread's or task's parts when it began, and how long the task had been on none.
  var parts = TimeParts()
  var suspended: UInt64 = 0
  /// What its children took of them, and of the wall time.
  var childParts = TimeParts()
  var childWall: UInt64 = 0
  /// Losses of the process counted when it began.
  var losses: UInt32 = 0
  /// Gaps of CPUs counted when it began.
  var gaps: UInt32 = 0
}

/// A span that ended, with its own share.
struct EndedSpan {
  var name: Int32
  var begin: UInt64
  var wall: UInt64
  /// Wall time without that of its children.
  var selfWall: UInt64
  /// What its time went into, without that of its children, and with it.
  var selfParts: TimeParts
  var parts: TimeParts
  /// How long it was on no thread, as far as is known.
  var suspended: UInt64
  /// Number of the name of the span around it, -1 none.
  var parent: Int32
  /// Where the begin is remembered.
  var place: Int32
  /// Whether it was on one thread all the time.
  var isOnOneThread: Bool
  /// Nothing of the process was lost meanwhile.
  var isCertain: Bool
}

/// The open spans of all threads and tasks, as stacks in one pool.
struct SpanStacks: ~Copyable {
  /// Deeper spans are counted as orphans.
  static let mostDepth: UInt32 = 256
  /// The spans of more tasks at once are counted as orphans.
  private static let mostOwners = 1 << 20

  private var pool = DenseTable(OpenSpan())
  private var free: [Int32] = []
  /// Number of the span's name for each event type, -1 for types that are no spans.
  private var nameOfType: [Int32] = []
  private(set) var names: [String] = []
  private var numberOfName: [String: Int32] = [:]
  /// Whether one of a name's types does not tell whose its spans are: then they are the thread's.
  private var lacksOwner: [Bool] = []
  private var tasks = DenseTable(SpanTask())
  private var freeTasks: [Int32] = []
  /// Places of the tasks that have open spans.
  private var numbers: [SpanOwner: Int32] = [:]
  private var alone: [SpanOwner: SpanStack] = [:]
  /// Where the begin is remembered that came last, nil where it opened no span.
  private(set) var lastBegun: Int32?
  /// Ends without a begin.
  private(set) var orphans: UInt64 = 0
  /// Begins without an end.
  private(set) var unended: UInt64 = 0

  /// Looks at the types that were added since: a begin and an end belong together by their name,
  /// which may end in `_begin` and `_end`.
  mutating func update(_ types: [EventType]) {
    while nameOfType.count < types.count {
      let type = types[nameOfType.count]
      guard let name = type.spanName else {
        nameOfType.append(-1)
        continue
      }
      let number = numberOfName[name] ?? Int32(names.count)
      if numberOfName[name] == nil {
        numberOfName[name] = number
        names.append(name)
        lacksOwner.append(false)
      }
      if type.stackField < 0 { lacksOwner[Int(number)] = true }
      nameOfType.append(number)
    }
  }

  func name(ofType type: Int64) -> Int32 {
    type >= 0 && type < Int64(nameOfType.count) ? nameOfType[Int(type)] : -1
  }

  /// Opens a span; `thread` is the one on which it begins.
  mutating func begin(
    _ name: Int32, of owner: SpanOwner, on thread: inout ThreadState, _ moment: SpanMoment
  ) {
    lastBegun = nil
    guard name >= 0 else { return }
    if owner.isThread || lacksOwner[Int(name)] {
      push(name, on: &thread.stack, moment, moment.parts, suspended: 0)
    } else if owner.isAlone {
      guard alone.count < Self.mostOwners, alone[owner] == nil else { return }
      var stack = SpanStack()
      push(name, on: &stack, moment, moment.parts, suspended: 0)
      alone[owner] = stack
    } else if let task = task(owner) {
      see(task, on: &thread, moment)
      var stack = tasks[task].stack
      push(name, on: &stack, moment, tasks[task].parts, suspended: tasks[task].suspended)
      tasks[task].stack = stack
    }
  }

  /// Closes the innermost span of this name, and drops those inside it that were not ended; nil where
  /// none is open.
  mutating func end(
    _ name: Int32, of owner: SpanOwner, on thread: inout ThreadState, _ moment: SpanMoment
  ) -> EndedSpan? {
    let ended: EndedSpan?
    if owner.isThread || name < 0 || lacksOwner[Int(name)] {
      ended = pop(name, off: &thread.stack, moment, moment.parts, suspended: 0)
    } else if owner.isAlone {
      var stack = alone.removeValue(forKey: owner) ?? SpanStack()
      ended = popAlone(name, off: &stack, moment)
    } else if let task = numbers[owner].map(Int.init) {
      see(task, on: &thread, moment)
      var stack = tasks[task].stack
      ended = pop(name, off: &stack, moment, tasks[task].parts, suspended: tasks[task].suspended)
      tasks[task].stack = stack
      if stack.top < 0 {
        remove(task, of: owner)
        thread.task = -1
      }
    } else {
      ended = nil
    }
    if ended == nil { orphans += 1 }
    return ended
  }

  /// A span that began on one thread and ended on another was on none, as far as is known.
  private mutating func popAlone(
    _ name: Int32, off stack: inout SpanStack, _ moment: SpanMoment
  ) -> EndedSpan? {
    guard stack.top >= 0 else { return nil }
    let begin = pool[Int(stack.top)]
    if begin.thread == moment.thread {
      return pop(name, off: &stack, moment, moment.parts, suspended: 0)
    }
    return pop(
      name, off: &stack, moment, begin.parts, suspended: moment.key &- min(begin.begin, moment.key))
  }

  /// The task's place, a new one where it has no open spans; nil where there are too many.
  private mutating func task(_ owner: SpanOwner) -> Int? {
    if let known = numbers[owner] { return Int(known) }
    guard numbers.count < Self.mostOwners else { return nil }
    let task = freeTasks.popLast() ?? Int32(tasks.count)
    tasks.reach(Int(task))
    tasks[Int(task)] = SpanTask()
    numbers[owner] = task
    return Int(task)
  }

  private mutating func remove(_ task: Int, of owner: SpanOwner) {
    numbers[owner] = nil
    tasks[task] = SpanTask()
    freeTasks.append(Int32(task))
  }

  /// Charges a task with what was since it was seen last.
  private mutating func see(_ task: Int, on thread: inout ThreadState, _ moment: SpanMoment) {
    if tasks[task].stack.top >= 0 {
      if thread.task == Int32(task), tasks[task].thread == moment.thread {
        tasks[task].parts = tasks[task].parts + (moment.parts - tasks[task].seen)
      } else {
        tasks[task].suspended &+= moment.key &- min(tasks[task].seenKey, moment.key)
      }
    }
    tasks[task].thread = moment.thread
    tasks[task].seen = moment.parts
    tasks[task].seenKey = moment.key
    thread.task = Int32(task)
  }

  private mutating func push(
    _ name: Int32, on stack: inout SpanStack, _ moment: SpanMoment, _ parts: TimeParts,
    suspended: UInt64
  ) {
    guard stack.depth < Self.mostDepth else { return }
    let place = free.popLast() ?? Int32(pool.count)
    pool.reach(Int(place))
    pool[Int(place)] = OpenSpan(
      name: name, parent: stack.top, begin: moment.key, thread: moment.thread, parts: parts,
      suspended: suspended, losses: moment.losses, gaps: moment.gaps)
    stack.top = place
    stack.depth += 1
    lastBegun = place
  }

  private mutating func pop(
    _ name: Int32, off stack: inout SpanStack, _ moment: SpanMoment, _ parts: TimeParts,
    suspended: UInt64
  ) -> EndedSpan? {
    var place = stack.top
    while place >= 0, pool[Int(place)].name != name { place = pool[Int(place)].parent }
    guard place >= 0, name >= 0 else { return nil }
    while stack.top != place {
      unended += 1
      drop(&stack)
    }
    let span = pool[Int(place)]
    drop(&stack)
    let wall = moment.key &- min(span.begin, moment.key)
    let all = parts - span.parts
    if stack.top >= 0 {
      let parent = Int(stack.top)
      pool[parent].childParts = pool[parent].childParts + all
      pool[parent].childWall &+= wall
    }
    let passed = suspended &- span.suspended
    return EndedSpan(
      name: name, begin: span.begin, wall: wall, selfWall: wall &- min(span.childWall, wall),
      selfParts: all - span.childParts, parts: all, suspended: passed,
      parent: stack.top >= 0 ? pool[Int(stack.top)].name : -1, place: place,
      isOnOneThread: passed == 0 && span.thread == moment.thread,
      isCertain: span.losses == moment.losses && span.gaps == moment.gaps)
  }

  /// Names of the spans that are open on a thread, the innermost first.
  func open(on thread: ThreadState, _ number: ThreadNumber) -> [String] {
    var open: [String] = []
    if let task = task(on: thread, number) {
      forEachOpen(in: tasks[task].stack) { name, _ in open.append(names[Int(name)]) }
    }
    forEachOpen(in: thread.stack) { name, _ in open.append(names[Int(name)]) }
    return open
  }

  func hasOpen(on thread: ThreadState, _ number: ThreadNumber) -> Bool {
    thread.stack.top >= 0 || task(on: thread, number) != nil
  }

  /// The task with open spans that was last seen on a thread, and on no other since.
  private func task(on thread: ThreadState, _ number: ThreadNumber) -> Int? {
    let task = Int(thread.task)
    guard task >= 0, task < tasks.count, tasks[task].stack.top >= 0, tasks[task].thread == number
    else { return nil }
    return task
  }

  /// Calls `body` with the name and begin of each span that is open in a stack.
  func forEachOpen(in stack: SpanStack, _ body: (Int32, UInt64) -> Void) {
    var place = stack.top
    while place >= 0 {
      body(pool[Int(place)].name, pool[Int(place)].begin)
      place = pool[Int(place)].parent
    }
  }

  /// Calls `body` with those that are no thread's.
  func forEachOpenElsewhere(_ body: (Int32, UInt64) -> Void) {
    for task in numbers.values { forEachOpen(in: tasks[Int(task)].stack, body) }
    for stack in alone.values { forEachOpen(in: stack, body) }
  }

  /// Forgets the innermost span of a stack.
  private mutating func drop(_ stack: inout SpanStack) {
    let place = stack.top
    stack.top = pool[Int(place)].parent
    stack.depth -= 1
    free.append(place)
  }

  /// Forgets all spans of a thread that ends.
  mutating func clear(_ stack: inout SpanStack) {
    while stack.top >= 0 {
      unended += 1
      drop(&stack)
    }
  }

  /// Forgets the spans of a process's tasks, and those that are alone.
  mutating func clear(process: ProcessNumber) {
    guard !numbers.isEmpty || !alone.isEmpty else { return }
    for (owner, task) in numbers where owner.process == process {
      var stack = tasks[Int(task)].stack
      clear(&stack)
      remove(Int(task), of: owner)
    }
    for (owner, stack) in alone where owner.process == process {
      var stack = stack
      clear(&stack)
      alone[owner] = nil
    }
  }
}
