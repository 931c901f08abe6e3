internal import Analysis
internal import Events

extension Command {
  static let rowCommands: [Command] = [
    Command("row.down", .rows, ["j", .down], "row down", hint: "down") { $0.move(byRows: 1) },
    Command("row.up", .rows, ["k", .up], "row up", hint: "up") { $0.move(byRows: -1) },
    Command("row.page.down", .rows, [.pageDown], "a page of rows down") {
      $0.move(byRows: max(1, $0.layout.laneRows - 1))
    },
    Command("row.page.up", .rows, [.pageUp], "a page of rows up") {
      $0.move(byRows: -max(1, $0.layout.laneRows - 1))
    },
    Command("row.fold", .rows, [" "], "fold, unfold", hint: "fold", on: timelines) { $0.fold() },
    Command("row.find", .rows, [.control("p")], "go to a row by name", on: timelines) {
      $0.state.prompt = Prompt(.row)
    },
    Command("row.pin", .rows, ["p"], "pin the row on top", hint: "pin", on: timelines) { $0.pin() },
    Command("row.idle", .rows, ["H"], "hide rows idle in the window", hint: "idle", on: timelines) {
      view in
      if case .loading = view.timeline.levels {
        view.state.message = "what rows did is still being read"
      } else if view.state.hidden.isEmpty, !view.hasSource(.switches) {
        view.state.message = "who is idle was not recorded (-e +sched)"
      } else if view.state.hidden.isEmpty {
        view.hideIdleRows()
        let count = view.state.hidden.count
        view.state.message =
          count == 0 ? "no row is idle here" : "idle rows are hidden: H shows them"
      } else {
        view.state.hidden = []
        view.state.message = "all rows are shown"
      }
    },
    Command("row.sort", .rows, ["o"], "sort threads by …", hint: "sort", on: timelines) { view in
      let all = RowOrder.allCases
      let next = ((all.firstIndex(of: view.state.order) ?? 0) + 1) % all.count
      view.state.order = all[next]
      view.sortRows()
      view.state.message = "threads by \(view.state.order.words)"
    },
    Command("row.group", .rows, ["u"], "processes by cgroup, or not", hint: "group", on: [.thread])
    {
      $0.groupRows()
    },
    Command("row.labels", .rows, ["l"], "width of the labels", on: timelines) { view in
      let all = ViewState.LabelWidth.allCases
      let next = ((all.firstIndex(of: view.state.labels) ?? 0) + 1) % all.count
      view.state.labels = all[next]
      view.state.message = "labels: \(all[next].rawValue)"
    },
    Command("table.next", .rows, [.tab], "next table; other timeline", hint: "table") {
      $0.turn(by: 1)
    },
    Command("table.previous", .rows, [.backTab], "previous table; other timeline") {
      $0.turn(by: -1)
    },
    Command("stats.sort.next", .rows, [">"], "sort by the next column", hint: "sort", on: [.stats])
    {
      $0.sortStatistics(by: 1)
    },
    Command("stats.sort.previous", .rows, ["<"], "sort by the previous column", on: [.stats]) {
      $0.sortStatistics(by: -1)
    },
    Command("stats.group", .rows, ["u"], "rows by thread, process, …", hint: "by", on: [.stats]) {
      $0.groupStatistics()
    },
    Command("stats.histogram", .rows, ["L"], "draw distributions", hint: "draw", on: [.stats]) {
      view in
      view.state.stats.drawsHistograms.toggle()
      view.state.message = view.state.stats.drawsHistograms ? "with distributions" : "without them"
    },
    Command("stats.go", .rows, [.enter], "go to the row's worst", hint: "go there", on: [.stats]) {
      $0.goToWorst()
    },
  ]
}

extension View {
  mutating func move(byRows count: Int) {
    switch state.screen {
    case .cpu, .thread: moveRow(by: count)
    case .events: moveEvent(by: count)
    case .stats: moveStatistics(by: count)
    }
  }

  mutating func fold() {
    guard let key = state.row[state.screen] else {
      state.message = "no row at hand"
      return
    }
    let rows = rows(of: state.screen)
    if let row = rows.first(where: { $0.key == key && !$0.isPinned })
      ?? rows.first(where: { $0.key == key })
    {
      if let isFolded = row.isFolded {
        state.folds[key] = !isFolded
        return
      }
      // A row below another one folds that.
      if let at = rows.firstIndex(of: row),
        let parent = rows[..<at].last(where: { $0.indent < row.indent && $0.isFolded == false })
      {
        state.folds[parent.key] = true
        state.row[state.screen] = parent.key
        return
      }
    }
    state.message = "nothing to fold here"
  }

  /// Puts processes below their control groups, or takes them out.
  mutating func groupRows() {
    guard directory.threads.contains(where: { !$0.cgroup.isEmpty }) else {
      state.message = "no thread's control group was recorded"
      return
    }
    state.groupsByCgroup.toggle()
    state.message = state.groupsByCgroup ? "processes by control group" : "processes"
    if let row = state.row[.thread] { reveal(row) }
  }

  mutating func pin() {
    guard let key = state.row[state.screen] else {
      state.message = "no row at hand"
      return
    }
    if let place = state.pins.firstIndex(of: key) {
      state.pins.remove(at: place)
      state.message = "not pinned any more"
    } else if state.pins.count >= 16 {
      state.message = "16 rows are pinned already"
    } else {
      state.pins.append(key)
      state.message = "pinned: p takes it off"
    }
  }

  mutating func turn(by step: Int) {
    switch state.screen {
    case .cpu: state.screen = .thread
    case .thread: state.screen = .cpu
    case .events: state.message = "no other table here: 4 has them"
    case .stats:
      let tables = Self.tables
      let at = tables.firstIndex(of: state.stats.table) ?? 0
      let next = (at + step + tables.count) % tables.count
      state.stats = StatsChoice(table: tables[next], drawsHistograms: state.stats.drawsHistograms)
    }
  }

  /// Why there is no table at hand.
  private var tableIsMissing: String {
    state.stats.table == "overview"
      ? "the overview has no columns and rows: Tab goes to the tables" : "the table is not read yet"
  }

  mutating func sortStatistics(by step: Int) {
    guard let table = knownTable else {
      state.message = tableIsMissing
      return
    }
    let columns = table.columns.filter { $0.rank != nil }.map(\.key)
    guard !columns.isEmpty else { return }
    let at = state.stats.sort.flatMap { columns.firstIndex(of: $0) } ?? (step > 0 ? -1 : 0)
    state.stats.sort = columns[(at + step + columns.count) % columns.count]
  }

  mutating func groupStatistics() {
    let keys = StatisticsKey.names.filter {
      $0 != "parent" && StatisticsKey($0).suits(state.stats.table)
    }
    guard !keys.isEmpty else {
      state.message = "\(state.stats.table) has rows of one kind only"
      return
    }
    let at = state.stats.key.flatMap { keys.firstIndex(of: $0) } ?? -1
    state.stats.key = at + 1 < keys.count ? keys[at + 1] : nil
    state.stats.sort = nil
  }

  /// The table as it is sorted, and the row at hand.
  var tableRow: (table: StatisticsTable, row: Int)? {
    guard var table = knownTable, !state.stats.drawsHistograms else { return nil }
    if let sort = state.stats.sort, let column = table.column(sort) { table.sort(by: column) }
    let place = state.stats.line - 1
    return table.rows.indices.contains(place) ? (table, place) : nil
  }

  /// Goes to the instant that the row at hand names.
  mutating func goToWorst() {
    guard knownTable != nil else {
      state.message = tableIsMissing
      return
    }
    guard let (table, row) = tableRow else {
      state.message = "no row of the table is at hand"
      return
    }
    for (column, cell) in zip(table.columns, table.rows[row].cells) where column.kind == .instant {
      if case .instant(let instant) = cell.value {
        remember()
        state.screen = .thread
        moveCursor(to: instant.nanoseconds)
        return
      }
    }
    state.message = "the row names no instant"
  }
}
