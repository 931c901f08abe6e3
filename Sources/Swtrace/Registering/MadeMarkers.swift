internal import CSwtrace
internal import Glibc
internal import Synchronization

/// The records of markers that are made at run time: one for each description, never freed.
///
///     newest ─► ┌──────┬──────┬────────┬─────────────────────────────────────────────────────────┐
///               │ next │ hash │ `done` │ swtrace_marker with its swtrace_description, then text  │
///               └──┬───┴──────┴────────┴─────────────────────────────────────────────────────────┘
///                  ▼ older
///
/// A node is complete before it is published by a compare-and-swap. Afterwards `done` is set once,
/// when the runtime has taken the record, and the record's working words are the runtime's. Whoever
/// meets a node that is not done offers it to the runtime again, so that no thread goes on with a
/// marker that is off only because another thread is still registering it.
enum MadeMarkers {
  private static let newest = Atomic<UInt>(0)
  private static let hashOffset = MemoryLayout<UInt64>.size
  private static let doneOffset = MemoryLayout<UInt64>.size + MemoryLayout<UInt32>.size
  private static let prefix = 16
  private static var descriptionOffset: Int {
    unsafe prefix + MemoryLayout<swtrace_marker>.size - MemoryLayout<swtrace_description>.size
  }

  /// The record of a description, made and registered if there is none yet.
  static func record(of description: consuming MarkerDescription)
    -> UnsafePointer<swtrace_marker>?
  {
    let bytes = description.bytes()
    let hash = Self.hash(bytes)
    var seen: UInt = 0
    var made: UnsafeMutableRawPointer? = nil
    while true {
      let latest = newest.load(ordering: .acquiring)
      if let node = unsafe find(bytes, hash, from: latest, to: seen) {
        unsafe free(made)
        return unsafe register(node)
      }
      seen = latest
      if unsafe made == nil { unsafe made = make(bytes, hash) }
      guard let node = unsafe made else { return nil }
      unsafe node.storeBytes(of: latest, as: UInt.self)
      let (published, _) = newest.compareExchange(
        expected: latest, desired: UInt(bitPattern: node), ordering: .acquiringAndReleasing)
      if published { return unsafe register(node) }
    }
  }

  private static func register(_ node: UnsafeMutableRawPointer) -> UnsafePointer<swtrace_marker> {
    let record = unsafe (node + prefix).assumingMemoryBound(to: swtrace_marker.self)
    let done = unsafe (node + doneOffset).assumingMemoryBound(to: UInt32.self)
    if unsafe swtrace_load_acquire_u32(done) == 0 {
      _ = unsafe swtrace_register(record)
      unsafe swtrace_store_release_u32(done, 1)
    }
    return unsafe UnsafePointer(record)
  }

  /// Looks through the nodes that were published since `seen` was the newest.
  private static func find(_ bytes: [UInt8], _ hash: UInt32, from newest: UInt, to seen: UInt)
    -> UnsafeMutableRawPointer?
  {
    var next = newest
    while next != seen, let node = unsafe UnsafeMutableRawPointer(bitPattern: next) {
      if unsafe node.load(fromByteOffset: hashOffset, as: UInt32.self) == hash,
        unsafe size(node) == bytes.count,
        unsafe memcmp(node + descriptionOffset, bytes, bytes.count) == 0
      {
        return unsafe node
      }
      next = unsafe node.load(as: UInt.self)
    }
    return nil
  }

  private static func size(_ node: UnsafeRawPointer) -> Int {
    let record = unsafe (node + prefix).assumingMemoryBound(to: swtrace_marker.self)
    return unsafe Int(record.pointee.size) + prefix - descriptionOffset
  }

  private static func make(_ bytes: [UInt8], _ hash: UInt32) -> UnsafeMutableRawPointer? {
    guard let node = unsafe calloc(1, descriptionOffset + bytes.count) else { return nil }
    unsafe node.storeBytes(of: hash, toByteOffset: hashOffset, as: UInt32.self)
    let record = unsafe (node + prefix).assumingMemoryBound(to: swtrace_marker.self)
    unsafe record.pointee.magic = UInt32(SWTRACE_MARKER_MAGIC)
    unsafe record.pointee.size = UInt32(descriptionOffset - prefix + bytes.count)
    let zero = unsafe MemoryLayout<swtrace_marker>.offset(of: \.reserved) ?? 0
    unsafe record.pointee.switch_word.address = UnsafeRawPointer(record).advanced(by: zero)
      .assumingMemoryBound(to: UInt32.self)
    unsafe memcpy(node + descriptionOffset, bytes, bytes.count)
    return unsafe node
  }

  private static func hash(_ bytes: [UInt8]) -> UInt32 {
    var hash: UInt32 = 2_166_136_261
    for byte in bytes { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return hash
  }
}
