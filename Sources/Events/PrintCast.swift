/// A cast of C: to how many bits, and whether to an unsigned type.
struct PrintCast {
  /// nil where the type does not change the value.
  let bits: Int?
  let isUnsigned: Bool
  /// Whether the words can be nothing but a type.
  let isCertain: Bool

  private static let known: [String: (bits: Int?, isUnsigned: Bool)] = [
    "u8": (8, true), "__u8": (8, true), "uint8_t": (8, true), "s8": (8, false), "bool": (8, true),
    "u16": (16, true), "__u16": (16, true), "uint16_t": (16, true), "s16": (16, false),
    "u32": (32, true), "__u32": (32, true), "uint32_t": (32, true), "uint": (32, true),
    "s32": (32, false), "__s32": (32, false), "int32_t": (32, false), "u64": (nil, true),
    "__u64": (nil, true), "uint64_t": (nil, true), "size_t": (nil, true),
    "uintptr_t": (nil, true), "dma_addr_t": (nil, true), "phys_addr_t": (nil, true),
    "sector_t": (nil, true), "s64": (nil, false), "int64_t": (nil, false),
    "loff_t": (nil, false), "ssize_t": (nil, false), "pid_t": (32, false), "dev_t": (32, true),
    "gfp_t": (32, true), "slab_flags_t": (32, true), "blk_opf_t": (32, true),
    "umode_t": (16, true),
  ]

  /// Nil where the words are the name of a constant rather than a type.
  init?(_ words: [String], isPointer: Bool) {
    if isPointer || words.first == "struct" || words.first == "union" {
      (bits, isUnsigned, isCertain) = (nil, true, true)
      return
    }
    if words.first == "enum" {
      (bits, isUnsigned, isCertain) = (32, true, true)
      return
    }
    if words.count == 1, let type = Self.known[words[0]] {
      (bits, isUnsigned, isCertain) = (type.bits, type.isUnsigned, true)
      return
    }
    var isUnsigned = false
    var longs = 0
    var bits = 32
    for word in words {
      switch word {
      case "unsigned": isUnsigned = true
      case "signed", "int", "const", "volatile": break
      case "long": longs += 1
      case "short": bits = 16
      case "char": bits = 8
      default:
        if words.count > 1 { return nil }
        // A type of the kernel that is not known here: the value stays what it is.
        guard word.hasSuffix("_t") else { return nil }
        (self.bits, self.isUnsigned, isCertain) = (nil, true, false)
        return
      }
    }
    self.bits = longs > 0 ? nil : bits
    self.isUnsigned = isUnsigned
    isCertain = true
  }

  func apply(to operand: Int32, in expressions: inout PrintExpressions) -> Int32? {
    if expressions.isText(operand) { return operand }
    return expressions.add(
      .init(
        operation: .truncate, isUnsigned: isUnsigned, first: operand, value: Int64(bits ?? 64)))
  }
}
