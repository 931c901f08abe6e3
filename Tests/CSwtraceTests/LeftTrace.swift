/// What traced programs left in their files, as Tests/Programs/reader.c prints it.
struct LeftTrace {
  /// How much of it is looked at.
  enum Reading {
    case events
    /// Counts alone, and those of each writer of a marker with the fields `writer` and `number`.
    case counts(of: String?)
  }

  struct Event {
    let thread: Int
    let ticks: UInt64
    let name: String
    /// `field=value`, with blanks between them.
    let fields: String
  }

  /// A writer's numbers: complete when none is missing or there twice.
  struct Writer: Equatable {
    let number: Int
    var count: Int
    var last: Int
    var missing = 0
    var repeated = 0
  }

  struct Process {
    let pid: Int
    var events: [Event] = []
    var writers: [Writer] = []
    /// How many events there are, listed or not.
    var count = 0
    var open = 0
    var lost = 0
    var damaged = 0
    var refused = 0

    /// Every event that is there, or known not to be.
    var accounted: Int { count + open + lost }

    /// The names of the events, each with how often it is there.
    var names: [String: Int] { events.reduce(into: [:]) { $0[$1.name, default: 0] += 1 } }

    func writer(_ number: Int) -> Writer? { writers.first { $0.number == number } }
  }

  var processes: [Process] = []

  /// Reads what is of the slots of sessions; the first is that of who was there from the start.
  ///
  /// A recorder that anybody on the machine runs may have come to the others.
  init(in path: String, _ reading: Reading = .events, slots: [Int] = [0]) throws {
    var words = [try TracedProgram("reader", linking: .nothing).path]
    words += slots.flatMap { ["--slot", "\($0)"] }
    if case .counts(let marker) = reading {
      words.append("--counts")
      if let marker { words += ["--sequence", marker] }
    }
    self.init(text: try Command.run(words + [path]))
  }

  init(text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 6, omittingEmptySubsequences: false)
      // A name and its figure, again and again.
      let pairs = words[0] == "event" ? [] : line.split(separator: " ")
      func figures(_ names: String...) -> Int {
        var sum = 0
        for index in stride(from: 0, to: pairs.count - 1, by: 1)
        where names.contains(where: { $0 == pairs[index] }) {
          sum += Int(pairs[index + 1]) ?? 0
        }
        return sum
      }
      switch words[0] {
      case "event":
        let fields = words.count > 6 ? String(words[6]) : ""
        edit(pid: nil) {
          $0.events.append(
            Event(
              thread: Int(words[1]) ?? 0, ticks: UInt64(words[3]) ?? 0, name: String(words[5]),
              fields: fields))
        }
      case "process":
        processes.append(Process(pid: Int(words[1]) ?? 0))
      case "total":
        edit(pid: figures("total")) {
          $0.count = figures("events")
          $0.open = figures("open")
          $0.lost = figures("noted", "overflow", "unregistered")
          $0.damaged = figures("damaged")
          $0.refused = figures("refused")
        }
      case "writer":
        edit(pid: nil) {
          $0.writers.append(
            Writer(
              number: figures("writer"), count: figures("count"), last: figures("last"),
              missing: figures("missing"), repeated: figures("repeated")))
        }
      default: break
      }
    }
  }

  /// The last process; a tool that reads one file alone says its number with the total.
  private mutating func edit(pid: Int?, _ change: (inout Process) -> Void) {
    if processes.isEmpty { processes.append(Process(pid: pid ?? 0)) }
    change(&processes[processes.count - 1])
  }

  /// The process, where there is one only.
  var process: Process {
    get throws {
      guard processes.count == 1 else {
        throw Command.Failure(description: "\(processes.count) processes, not one")
      }
      return processes[0]
    }
  }

  /// The process in which this writer was.
  func process(ofWriter number: Int) -> Process? {
    processes.first { $0.writer(number) != nil }
  }

  var damaged: Int { processes.reduce(0) { $0 + $1.damaged } }
}
