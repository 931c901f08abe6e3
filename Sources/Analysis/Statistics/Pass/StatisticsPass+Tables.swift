import Events

extension StatisticsPass {
  mutating func makeMaker() -> TableMaker {
    TableMaker(
      names: makeNames(), recorded: RecordedEvents(asked: rare.asked, types: types),
      key: rare.options.key,
      groups: groups.values, origin: origin, length: observed.length, isLossy: kernelGaps > 0,
      isProgramLossy: kernelGaps + programGaps > 0)
  }

  /// The observed part of the window.
  var observed: (from: UInt64, length: UInt64) {
    let from = max(window.from, origin)
    let to = min(window.to, max(ended, origin))
    return (from, to > from ? to - from : 0)
  }

  /// A table of those that come out of the pass.
  mutating func table(_ name: String, _ maker: TableMaker) -> StatisticsTable? {
    switch name {
    case "events": return maker.events(counts, types: types, lost: rare.lost)
    case "threads", "processes": return threadTable(name, maker)
    case "cpus":
      return maker.cpus(
        (0..<cpus.count).filter { cpus[$0].isSeen }.map {
          TableMaker.NumberedCPU(
            number: $0, row: cpus[$0], timeOfShares: timeOfShares($0), isBounded: isBounded($0))
        })
    case "states": return maker.states(states.rows)
    case "syscalls": return maker.calls(callRows.rows, errors: callErrors)
    case "irq": return maker.interrupts(rare.interrupts.rows.rows)
    case "block": return maker.disks(rare.disks.rows.rows, underWay: rare.disks.leftOver)
    case "net": return maker.net(rare.net.rows)
    case "locks":
      return maker.locks(
        rare.locks.rows.rows, places: rare.locks.places, wakers: rare.locks.wakers,
        owners: rare.locks.owners, waiters: rare.locks.waiterCounts)
    case "spans": return maker.spans(rare.spans.rows.rows, parents: rare.spans.parents)
    case "counters": return maker.counters(rare.counters.rows, types: types)
    case "waits":
      return maker.waits(
        blame.rows, total: blame.total, spans: blamesSpans ? blame.spans : nil, isChosen: hasFilter)
    case "periods":
      let name = rare.options.period.map { "\($0.begin.text) … \($0.end.text)" } ?? ""
      return maker.periods(rare.periods.rows.rows, name: name)
    default: return nil
    }
  }

  /// Threads of which there is something to tell.
  var usedThreads: [ThreadRow] {
    hasFilter || isIsolated ? threads.used.filter { !$0.isEmpty } : threads.used
  }

  private mutating func threadTable(_ name: String, _ maker: TableMaker) -> StatisticsTable {
    var rows = usedThreads
    for (label, gone) in threads.gone {
      var row = gone
      row.label = ThreadLabel(name: label)
      rows.append(row)
    }
    guard rare.options.key != nil else {
      return name == "threads" ? maker.threads(rows) : maker.processes(rows)
    }
    let values = rows.map { groups.group($0.number, $0.label, cpu: $0.lastCPU) }
    var maker = maker
    maker.groups = groups.values
    return maker.threads(name, rows, groups: values)
  }
}
