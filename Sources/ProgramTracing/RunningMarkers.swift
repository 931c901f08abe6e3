internal import CLinux
internal import CSwtrace
package import Events
internal import Glibc

/// The markers of processes that are running now.
package struct RunningMarkers: Sendable {
  /// A marker with the processes that have it.
  package struct Marker: Hashable, Sendable {
    package var type: EventType
    package var processes: [ProcessNumber]
    /// The object file in which it was found, for processes that have not registered.
    package var path: String?
  }

  package private(set) var markers: [Marker] = []
  /// Processes whose registries could not be read, and why.
  package private(set) var unreadable: [DroppedProgram] = []

  private var indexOf: [EventType: Int] = [:]
  /// Types by the bytes of a registry's table: processes of one program have equal ones.
  private var tables: [[UInt8]: [Int]] = [:]
  /// Types by the object file, as its line in maps names it.
  private var objects: [[UInt8]: [Int]] = [:]

  /// Looks at the given processes, or at all that can be seen.
  package init(of processes: [ProcessNumber]? = nil) {
    self.init(of: processes, proc: ProcFilesystem())
  }

  init(of processes: [ProcessNumber]?, proc: ProcFilesystem) {
    var buffer: [UInt8] = []
    for process in (processes ?? proc.processes()).sorted() {
      guard proc.readInto(&buffer, process, "maps") == 0 else { continue }
      let registries = proc.lines(of: buffer, containing: RegistryName.needle).compactMap {
        MappedFile(process: process, line: $0)
      }
      var found: Set<Int> = []
      var hasRegistry = false
      var seen: Set<ConfinedFile.Identity> = []
      for file in registries where RegistryName.matches(file.name) {
        guard seen.insert(file.identity).inserted else { continue }
        do throws(ProgramTracingError) {
          found.formUnion(try types(of: file, proc))
          hasRegistry = true
        } catch {
          unreadable.append(DroppedProgram(pid: process, path: file.path, reason: error))
        }
      }
      if !hasRegistry { found = typesOfObjects(buffer, process, proc) }
      for index in found { markers[index].processes.append(process) }
    }
    markers.removeAll { $0.processes.isEmpty }
    markers.sort { ($0.type.system, $0.type.name) < ($1.type.system, $1.type.name) }
    indexOf = [:]
    tables = [:]
    objects = [:]
  }

  private mutating func index(of type: EventType, path: String?) -> Int {
    if let known = indexOf[type] { return known }
    markers.append(Marker(type: type, processes: [], path: path))
    indexOf[type] = markers.count - 1
    return markers.count - 1
  }

  // MARK: Registries

  private mutating func types(
    of mapped: MappedFile, _ proc: ProcFilesystem
  ) throws(ProgramTracingError) -> [Int] {
    let file = try Self.open(mapped, proc)
    let size = try file.status().size
    guard size >= UInt64(RegistryLayout.headerSize) else {
      throw .untrustedFile(path: mapped.path, reason: .tooSmall(size))
    }
    let head = try file.bytes(at: 0, count: RegistryLayout.headerSize)
    let layout = try RegistryLayout(head, fileSize: size, path: mapped.path)
    let used = Int(head.number(at: RegistryLayout.markersField, bytes: 8) >> 32)
    guard used <= layout.tableCapacity else {
      throw .malformed(path: mapped.path, field: "marker table", offset: layout.tableOffset)
    }
    let table = try file.bytes(at: layout.tableOffset, count: used)
    if let known = tables[table] { return known }
    var found: [Int] = []
    var offset = 0
    let head24 = MemoryLayout<swtrace_entry>.size - MemoryLayout<swtrace_description>.size
    while offset + MemoryLayout<swtrace_entry>.size <= table.count {
      let size = Int(table.number(at: offset, bytes: 4))
      // An entry that is being written right now, and what lies behind it, is left out.
      guard size >= MemoryLayout<swtrace_entry>.size, size <= table.count - offset,
        let description = MarkerDescription(table, at: offset + head24)
      else { break }
      found.append(index(of: description.type, path: nil))
      offset += (size + 7) & ~7
    }
    tables[table] = found
    return found
  }

  /// Opens the file behind a mapping, whatever its name leads to by now.
  private static func open(
    _ mapped: MappedFile, _ proc: ProcFilesystem
  ) throws(ProgramTracingError) -> ConfinedFile {
    var number = ENOENT
    let own = "\(proc.root)/\(mapped.process)"
    for path in [mapped.path, "\(own)/map_files/\(mapped.range)", "\(own)/root\(mapped.path)"] {
      let flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
      let descriptor = unsafe swtrace_linux_open(path, flags, 0)
      guard descriptor >= 0 else {
        if errno != ENOENT { number = errno }
        continue
      }
      let file = try ConfinedFile(descriptor, path: path, owner: nil, links: nil)
      if file.identity.inode == mapped.identity.inode { return file }
    }
    throw .system(call: "open", path: mapped.path, errno: number)
  }

  // MARK: Object files

  /// Markers of the object files whose code a process has mapped.
  private mutating func typesOfObjects(
    _ maps: [UInt8], _ process: ProcessNumber, _ proc: ProcFilesystem
  ) -> Set<Int> {
    var found: Set<Int> = []
    for line in proc.lines(of: maps, containing: Self.code) {
      // From the device on: 00:1a 1234   /usr/bin/…
      var fields = line.split(separator: 0x20, maxSplits: 3, omittingEmptySubsequences: true)
      guard let key = fields.popLast(), key.contains(UInt8(ascii: "/")) else { continue }
      let name = Array(key)
      if let known = objects[name] {
        found.formUnion(known)
        continue
      }
      var types: [Int] = []
      if let mapped = MappedFile(process: process, line: line),
        let object = try? MarkedObject(Self.object(mapped, proc))
      {
        types = object.markers.map { index(of: $0, path: mapped.path) }
      }
      objects[name] = types
      found.formUnion(types)
    }
    return found
  }

  private static let code = Array(" r-xp ".utf8)

  private static func object(
    _ mapped: MappedFile, _ proc: ProcFilesystem
  ) throws(ProgramTracingError) -> ObjectFile {
    try ObjectFile("\(proc.root)/\(mapped.process)/root\(mapped.path)")
  }
}
