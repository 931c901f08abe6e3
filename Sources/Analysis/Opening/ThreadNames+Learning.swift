import Events

extension ThreadNames {
  /// Types whose events say something about threads and processes.
  static func teaches(_ role: EventRole) -> Bool {
    switch role {
    case .processFork, .processExec, .taskRename, .machineThread, .machineProcess: true
    default: false
    }
  }

  /// Learns from the events of a batch; from switches the names of threads whose latest name was
  /// another.
  mutating func learn(
    from batch: FlatBatch, _ known: EventRoles, teaching teaches: Bool = true,
    switches: Bool = false
  ) {
    var teaching = [Bool](repeating: false, count: batch.groups.count)
    for (position, group) in batch.groups.enumerated() {
      let type = known[group.type]
      teaching[position] = teaches && Self.teaches(type.role)
      if switches, type.role == .schedSwitch {
        learnComms(of: position, type.fields[0], type.fields[3], in: batch)
        learnComms(of: position, type.fields[2], type.fields[4], in: batch)
      }
    }
    guard teaching.contains(true) else { return }
    for position in 0..<batch.count {
      let group = unsafe Int(batch.groupOf[position])
      guard teaching[group] else { continue }
      let type = known[batch.groups[group].type]
      learn(
        type.role, batch.groups[group], type.fields,
        row: unsafe Int(batch.rows[position]), key: unsafe batch.keys[position])
    }
  }

  /// Learns the names that switches tell, where they are not the thread's latest.
  private mutating func learnComms(
    of group: Int, _ threadField: Int, _ nameField: Int, in batch: FlatBatch
  ) {
    guard threadField >= 0, nameField >= 0 else { return }
    let threads = batch.groups[group].columns[threadField]
    let names = batch.groups[group].columns[nameField]
    guard names.width == 16, threads.width == 4 else { return }
    var position = 0
    for row in 0..<batch.groups[group].rows {
      let thread = threads.load(Int32.self, row)
      let low = names.load(UInt64.self, 2 &* row)
      let high = names.load(UInt64.self, 2 &* row &+ 1)
      guard thread != 0, !isLatest(low, high, of: thread) else { continue }
      position = batch.position(of: row, in: group, from: position)
      if let name = names.text(row) { add(name: name, of: thread, at: unsafe batch.keys[position]) }
    }
  }

  private mutating func learn(
    _ role: EventRole, _ group: FlatGroup, _ fields: [Int], row: Int, key: UInt64
  ) {
    func integer(_ field: Int) -> Int32 {
      Int32(truncatingIfNeeded: group.columns[fields[field]].integer(row, signed: true))
    }
    func text(_ field: Int) -> [UInt8]? {
      guard fields[field] >= 0 else { return nil }
      return group.columns[fields[field]].text(row)
    }
    switch role {
    case .processFork:
      add(birthOf: integer(1), name: text(2), at: key)
      if integer(0) == 2 { add(kernelThread: integer(1)) }
    case .processExec:
      // The thread that calls exec leads its process from then on.
      add(process: integer(0), of: integer(0), at: key)
      if let file = text(1) { add(executable: file, of: integer(0)) }
    case .taskRename:
      if let name = text(1) { add(name: name, of: integer(0), at: key) }
    case .machineThread:
      if integer(1) > 0 { add(process: integer(1), of: integer(0), at: key) }
      if integer(2) == 2 { add(kernelThread: integer(0)) }
      if let name = text(3), !name.isEmpty { add(name: name, of: integer(0), at: key) }
    case .machineProcess:
      if let file = text(1) { add(executable: file, of: integer(0)) }
    default: break
    }
  }
}

extension FlatBatch {
  /// The position of a group's row, which is not before `start`.
  fileprivate func position(of row: Int, in group: Int, from start: Int) -> Int {
    var position = start
    while unsafe Int(groupOf[position]) != group || Int(rows[position]) != row { position += 1 }
    return position
  }
}

extension FlatColumn {
  /// The text in a row, up to its first zero byte.
  func text(_ row: Int) -> [UInt8]? {
    guard unsafe base != nil else { return nil }
    let bytes = unsafe self.row(row)
    return unsafe Array(bytes.prefix { $0 != 0 })
  }
}
