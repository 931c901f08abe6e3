/// A colour of the palette of 256: a cube of 6 × 6 × 6 and greys.
struct PaletteColour: Hashable, Sendable {
  var red: UInt8
  var green: UInt8
  var blue: UInt8

  init(_ index: UInt8) {
    switch index {
    case 0..<16:
      let high: UInt8 = index > 7 ? 255 : 205
      red = index & 1 != 0 ? high : 0
      green = index & 2 != 0 ? high : 0
      blue = index & 4 != 0 ? high : 0
    case 16..<232:
      let steps: [UInt8] = [0, 95, 135, 175, 215, 255]
      let place = Int(index) - 16
      (red, green, blue) = (steps[place / 36], steps[place / 6 % 6], steps[place % 6])
    default:
      red = 8 + 10 * (index - 232)
      (green, blue) = (red, red)
    }
  }

  var packed: UInt32 { UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue) }
}
