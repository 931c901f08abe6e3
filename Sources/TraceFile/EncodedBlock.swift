package import Events

/// A block that a writer can append: bytes in which only the trace's identifier, the sequence number
/// and the header's checksum are missing.
package struct EncodedBlock: Sendable {
  package var summary: BlockSummary
  package var bytes: [UInt8]
}

/// Pages of a kernel buffer as they were read, for a reader to decode.
package struct RawPages: Hashable, Sendable {
  package var stream: StreamID
  /// Times between which the pages' events lie, as far as it is known.
  package var first: UInt64
  package var last: UInt64
  /// Losses known to lie before or within them.
  package var losses: [Loss]
  package var bytes: [UInt8]

  package init(
    stream: StreamID, first: UInt64, last: UInt64, losses: [Loss] = [], bytes: [UInt8]
  ) {
    self.stream = stream
    self.first = first
    self.last = last
    self.losses = losses
    self.bytes = bytes
  }
}

extension EncodedBlock {
  /// Puts a header and a payload together.
  init(_ start: BlockHeader, _ payload: borrowing PartBytes) throws(TraceFileError) {
    var header = start
    let headerBytes = header.headerBytes
    guard headerBytes <= BlockLimits.headerBytes else {
      throw .tooLarge(.bytesOfBlock, value: UInt64(headerBytes))
    }
    let over = (headerBytes + payload.count) % 8
    let padding = over == 0 ? 0 : 16 - over
    header.padding = UInt32(padding)
    header.length = UInt64(headerBytes + payload.count + padding)
    let fixed = header.bytes()
    bytes = []
    bytes.reserveCapacity(Int(header.length))
    bytes.append(contentsOf: fixed)
    unsafe bytes.append(contentsOf: payload.bytes)
    if padding > 0 {
      bytes.append(littleEndian: BlockHeader.paddingFrame)
      bytes.append(littleEndian: UInt32(padding - 8))
      bytes.append(contentsOf: repeatElement(0, count: padding - 8))
    }
    summary = BlockSummary(header, offset: 0)
  }

  /// A block whose payload is one record.
  init(
    _ start: BlockHeader, _ record: borrowing PartBytes, with compressor: borrowing Compressor,
    compressed: Bool = true
  ) throws(TraceFileError) {
    guard record.count <= BlockLimits.rawBytes else {
      throw .tooLarge(.bytesOfBlock, value: UInt64(record.count))
    }
    var header = start
    var payload = PartBytes()
    if record.count > 0 {
      header.parts = [
        compressed
          ? try payload.append(record, with: compressor, content: .record)
          : payload.store(record, content: .record)
      ]
    }
    try self.init(header, payload)
  }
}
