internal import CZstd

/// A zstd context that compresses parts, used again for each.
@safe struct Compressor: ~Copyable {
  private let handle: OpaquePointer

  init(level: Int32) throws(TraceFileError) {
    guard let handle = unsafe ZSTD_createCCtx() else { throw .outOfMemory }
    unsafe self.handle = unsafe handle
    _ = unsafe ZSTD_CCtx_setParameter(handle, ZSTD_c_compressionLevel, level)
  }

  /// Appends a frame that holds `part`, a zstd block of its own after each cut.
  func compress(
    _ part: borrowing PartBytes, onto output: inout PartBytes
  ) throws(TraceFileError) {
    let bytes = unsafe part.bytes
    let bound = ZSTD_compressBound(bytes.count) + 8 * (part.cuts.count + 1)
    let before = output.count
    let place = unsafe output.extend(by: bound)
    var result = unsafe ZSTD_CCtx_reset(handle, ZSTD_reset_session_only)
    result = unsafe ZSTD_CCtx_setPledgedSrcSize(handle, UInt64(bytes.count))
    var target = unsafe ZSTD_outBuffer(dst: place, size: bound, pos: 0)
    var from = 0
    for piece in 0...part.cuts.count {
      let last = piece == part.cuts.count
      let to = last ? bytes.count : part.cuts[piece]
      var source = unsafe ZSTD_inBuffer(
        src: bytes.baseAddress.map { unsafe $0 + from }, size: to - from, pos: 0)
      repeat {
        result = unsafe ZSTD_compressStream2(
          handle, &target, &source, last ? ZSTD_e_end : ZSTD_e_flush)
        if ZSTD_isError(result) != 0 { throw .outOfMemory }
      } while result > 0
      from = to
    }
    output.truncate(to: unsafe before + target.pos)
  }

  deinit {
    unsafe ZSTD_freeCCtx(handle)
  }
}

/// A zstd context that decompresses parts, used again for each.
@safe struct Decompressor: ~Copyable {
  private let handle: OpaquePointer

  init() throws(TraceFileError) {
    guard let handle = unsafe ZSTD_createDCtx() else { throw .outOfMemory }
    unsafe self.handle = unsafe handle
  }

  /// Decompresses exactly one frame into exactly as many bytes as were declared; whether it could.
  func decompress(
    _ frame: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard unsafe Decompressor.isOrdinary(frame),
      unsafe ZSTD_getFrameContentSize(frame.baseAddress, frame.count) == UInt64(target.count),
      unsafe ZSTD_findFrameCompressedSize(frame.baseAddress, frame.count) == frame.count
    else { return false }
    let written = unsafe ZSTD_decompressDCtx(
      handle, target.baseAddress, target.count, frame.baseAddress, frame.count)
    return ZSTD_isError(written) == 0 && written == target.count
  }

  /// Whether it is a frame of RFC 8878 that is not skipped, with a window that the zstd command takes
  /// unasked: no more than 2^27 bytes.
  private static func isOrdinary(_ frame: UnsafeRawBufferPointer) -> Bool {
    var cursor = unsafe ByteCursor(frame)
    guard cursor.next(UInt32.self) == 0xFD2F_B528 else { return false }
    let isSingleSegment = cursor.next(UInt8.self) & 0x20 != 0
    let window = cursor.next(UInt8.self)
    return !cursor.isShort && (isSingleSegment || window <= (27 - 10) << 3)
  }

  deinit {
    unsafe ZSTD_freeDCtx(handle)
  }
}
