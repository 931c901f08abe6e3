internal import Analysis

/// What has to be read from the file before it can be shown.
enum Question: Hashable, Sendable {
  case exact(TimelineWindow, [TimelineLane])
  case details(TimelineLane, Int64)
  case events(EventPlace, rows: Int, filter: String?)
  case search(Search, columns: Int)
  case statistics(StatisticsQuestion)
  /// What threads did, as far as has been read, in quarters.
  case sums(TimelineWindow, read: Int)
  case jump(Jump)
  case export(ExportOrder)

  /// Questions of a kind replace each other.
  enum Kind: Int, Hashable, Sendable, CaseIterable {
    case jump, events, details, exact, sums, search, statistics, export

    /// Whether all of the trace has to be read for it.
    var isLong: Bool { self == .search || self == .statistics || self == .export }
  }

  var kind: Kind {
    switch self {
    case .exact: .exact
    case .details: .details
    case .events: .events
    case .search: .search
    case .statistics: .statistics
    case .sums: .sums
    case .jump: .jump
    case .export: .export
    }
  }
}

struct StatisticsQuestion: Hashable, Sendable {
  var table: String
  var window: TimelineWindow
  var filter: String?
  var key: String?
}

/// What was read.
enum Answer: Sendable {
  case exact
  case details(ItemDetails?)
  case events(EventPage)
  case search(SearchProgress)
  case statistics(TraceStatistics)
  case sums(WindowSums)
  /// How far it is, from 0 to 1.
  case progress(Double)
  case jump(JumpTarget?)
  case exported(UInt64)
  case failed(String)
}

/// Where a jump goes.
struct JumpTarget: Sendable {
  var lane: TimelineLane
  var time: Int64
  /// What the window should show all of.
  var stretch: LaneStretch?
  var chain: [WaitLink] = []
  var words = ""
}

/// What is known by now, and for which question.
struct Answers: Sendable {
  private(set) var details: (question: Question, value: ItemDetails?)?
  private(set) var events: (question: Question, page: EventPage)?
  private(set) var search: (question: Question, found: SearchProgress)?
  private(set) var statistics: (question: Question, value: TraceStatistics)?
  private(set) var sums: (question: Question, value: WindowSums)?
  private(set) var failures: [Question.Kind: (question: Question, words: String)] = [:]
  private var progress: [Question.Kind: (question: Question, share: Double)] = [:]

  /// Whether a question needs no more work.
  func settles(_ question: Question) -> Bool {
    if let failure = failures[question.kind], failure.question == question { return true }
    return switch question {
    // The timeline itself knows what it has read.
    case .exact: false
    case .details: details?.question == question
    case .events: events?.question == question && events?.page.awaitsItems == false
    case .search: search?.question == question && search?.found.isFinished == true
    case .statistics: statistics?.question == question
    case .sums: sums?.question == question && sums?.value.isProvisional == false
    case .jump, .export: false
    }
  }

  func failure(_ kind: Question.Kind, _ question: Question?) -> String? {
    guard let failure = failures[kind], failure.question == question else { return nil }
    return failure.words
  }

  /// How far an answer is that is still being made.
  func progress(of question: Question) -> Double? {
    progress[question.kind].flatMap { $0.question == question ? $0.share : nil }
  }

  mutating func take(_ answer: Answer, to question: Question) {
    let kind = question.kind
    if case .progress(let share) = answer {
      progress[kind] = (question, share)
      return
    }
    if case .search(let found) = answer, !found.isFinished {
      progress[kind] = (question, found.share)
    } else {
      progress[kind] = nil
    }
    failures[kind] = nil
    switch answer {
    case .details(let value): details = (question, value)
    case .events(let page): events = (question, page)
    case .search(let found): search = (question, found)
    case .statistics(let value): statistics = (question, value)
    case .sums(let value): sums = (question, value)
    case .failed(let words): failures[kind] = (question, words)
    case .exact, .progress, .jump, .exported: break
    }
  }

  /// Forgets what was read of a trace that has grown.
  mutating func forget() { self = Answers() }
}
