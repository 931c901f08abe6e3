internal import Analysis
internal import Events
internal import TraceFile

extension DiffReport {
  var json: [UInt8] {
    var json = JSONText()
    json.object { json in
      json.pair("version", 1)
      for (name, side) in [("base", base), ("new", new)] {
        json.key(name)
        json.object { json in
          json.pair("file", side.path)
          json.pair("host", side.contents.preamble?.hostName ?? "")
          json.pair("kernel", side.contents.preamble?.kernelRelease ?? "")
          json.pair("cpus", side.contents.preamble?.cpus ?? 0)
          json.pair("duration_ns", side.contents.duration.nanoseconds)
          json.pair("events", side.contents.events)
          json.pair("lost", side.contents.lost)
        }
      }
      json.key("min_effect")
      json.number(comparison.leastEffect)
      json.key("tables")
      json.object { json in
        for table in comparison.tables {
          json.key(table.name)
          json.array { json in
            for row in table.rows { json.object { append(row, to: &$0) } }
          }
        }
      }
      appendMissing(to: &json)
      json.key("assertions")
      json.array { json in
        for check in checks { json.object { append(check, to: &$0) } }
      }
    }
    json.endLine()
    return json.bytes
  }

  /// Rows, then assertions, an object a line.
  var lines: [[UInt8]] {
    var lines: [[UInt8]] = []
    func add(_ body: (inout JSONText) -> Void) {
      var json = JSONText()
      json.object { json in
        json.pair("version", 1)
        body(&json)
      }
      json.endLine()
      lines.append(json.bytes)
    }
    for table in comparison.tables {
      for row in table.rows {
        add { json in
          json.pair("table", table.name)
          append(row, to: &json)
        }
      }
    }
    for check in checks { add { append(check, to: &$0) } }
    return lines
  }

  private func appendMissing(to json: inout JSONText) {
    let missing = comparison.tables.filter {
      $0.missingInBase != nil || $0.missingInNew != nil
    }
    guard !missing.isEmpty else { return }
    json.key("not_recorded")
    json.object { json in
      for table in missing {
        json.key(table.name)
        json.object { json in
          if let sets = table.missingInBase { json.pair("base", CellText.remedy(sets)) }
          if let sets = table.missingInNew { json.pair("new", CellText.remedy(sets)) }
        }
      }
    }
  }

  private func append(_ row: ComparedRow, to json: inout JSONText) {
    json.pair("name", row.name)
    if let parent = row.parent { json.pair("parent", parent) }
    json.pair("verdict", row.verdict.name)
    json.key("decisive")
    if let decisive = row.decisive { json.string(decisive.name) } else { json.null() }
    json.pair("base_n", row.baseCount)
    json.pair("new_n", row.newCount)
    for one in row.quantities {
      json.key(one.quantity.name.replacing(".", with: "_"))
      json.object { json in
        let unit = one.quantity == .rate ? "per_s" : "ns"
        for (name, value) in [("base", one.base), ("new", one.new)] {
          json.key("\(name)_\(unit)")
          if let value { json.number(unit == "ns" ? value.rounded() : value) } else { json.null() }
        }
        for (name, value) in [
          ("change", one.change), ("low", one.interval?.lowerBound),
          ("high", one.interval?.upperBound), ("chance", one.chance),
        ] {
          json.key(name)
          if let value { json.number(value) } else { json.null() }
        }
        json.pair("verdict", one.verdict.name)
      }
    }
    for (name, value) in [("base_max_ns", row.baseMost), ("new_max_ns", row.newMost)] {
      json.key(name)
      if let value { json.integer(value) } else { json.null() }
    }
    json.key("states")
    json.array { json in
      for shift in row.shifts {
        json.object { json in
          json.pair("state", shift.state)
          json.key("base_ns")
          json.number(shift.base.rounded())
          json.key("new_ns")
          json.number(shift.new.rounded())
        }
      }
    }
  }

  private func append(_ check: CheckedCondition, to json: inout JSONText) {
    json.pair("assertion", check.condition.text)
    json.pair("outcome", check.outcome.name)
    json.pair("held", check.held)
    json.pair("too_few", check.tooFew)
    json.key("broken")
    json.array { json in
      for one in check.broken {
        json.object { json in
          json.pair("table", one.table)
          json.pair("name", one.row.name)
        }
      }
    }
  }

  /// A line for each quantity of each row.
  var csv: String {
    var text =
      "table,name,base_n,new_n,quantity,base,new,change,low,high,chance,quantity_verdict,verdict\n"
    func number(_ value: Double?) -> String { value.map(JSONText.decimal) ?? "" }
    for table in comparison.tables {
      for row in table.rows {
        let name = TerminalText.escaped(row.name).replacing("\"", with: "\"\"")
        for one in row.quantities {
          let fields = [
            table.name, "\"\(name)\"", String(row.baseCount), String(row.newCount),
            one.quantity.name, number(one.base), number(one.new), number(one.change),
            number(one.interval?.lowerBound), number(one.interval?.upperBound),
            number(one.chance), one.verdict.name, row.verdict.name,
          ]
          text += fields.joined(separator: ",") + "\n"
        }
      }
    }
    return text
  }
}

extension ComparisonVerdict {
  /// As other programs read it.
  var name: String {
    switch self {
    case .worse: "worse"
    case .better: "better"
    case .same: "same"
    case .tooFew: "too_few"
    }
  }
}

extension ComparisonCondition.Outcome {
  var name: String {
    switch self {
    case .holds: "holds"
    case .broken: "broken"
    case .tooFew: "too_few"
    }
  }
}
