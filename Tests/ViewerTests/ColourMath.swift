import Glibc

@testable import Viewer

/// How people see: of all colours, or of fewer.
enum Eyes: CaseIterable {
  case normal, protanopia, deuteranopia, tritanopia

  /// Machado, Oliveira and Fernandes 2009, severity 1, on linear red, green, blue.
  var matrix: [[Double]] {
    switch self {
    case .normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    case .protanopia:
      [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
      ]
    case .deuteranopia:
      [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
      ]
    case .tritanopia:
      [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
      ]
    }
  }
}

/// A colour in CIE Lab, D65.
struct Lab {
  var lightness: Double
  var a: Double
  var b: Double

  init(lightness: Double, a: Double, b: Double) {
    (self.lightness, self.a, self.b) = (lightness, a, b)
  }

  init(_ colour: PaletteColour, seenBy eyes: Eyes) {
    let linear = colour.linear
    let seen = eyes.matrix.map { row in
      min(1, max(0, zip(row, linear).reduce(0) { $0 + $1.0 * $1.1 }))
    }
    let rows = [
      [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
      [0.0193339, 0.1191920, 0.9503041],
    ]
    let white = [0.95047, 1, 1.08883]
    let roots = rows.indices.map { index -> Double in
      let value = zip(rows[index], seen).reduce(0) { $0 + $1.0 * $1.1 } / white[index]
      return value > 216.0 / 24389 ? cbrt(value) : (24389.0 / 27 * value + 16) / 116
    }
    self.init(
      lightness: 116 * roots[1] - 16, a: 500 * (roots[0] - roots[1]), b: 200 * (roots[1] - roots[2])
    )
  }

  /// ΔE of 1976.
  func distance76(_ other: Lab) -> Double {
    hypot(hypot(lightness - other.lightness, a - other.a), b - other.b)
  }

  /// ΔE of 2000, after Sharma, Wu and Dalal.
  func distance2000(_ other: Lab) -> Double {
    func weight(_ chroma: Double) -> Double { pow(chroma, 7) / (pow(chroma, 7) + pow(25, 7)) }
    func radians(_ degrees: Double) -> Double { degrees * .pi / 180 }
    let stretch = 1.5 - sqrt(weight((hypot(a, b) + hypot(other.a, other.b)) / 2)) / 2
    let (x1, x2) = (a * stretch, other.a * stretch)
    let (c1, c2) = (hypot(x1, b), hypot(x2, other.b))
    func hue(_ x: Double, _ y: Double) -> Double {
      let degrees = x == 0 && y == 0 ? 0 : atan2(y, x) * 180 / .pi
      return degrees < 0 ? degrees + 360 : degrees
    }
    let (h1, h2) = (hue(x1, b), hue(x2, other.b))
    let isGrey = c1 * c2 == 0
    var turn = isGrey ? 0 : h2 - h1
    if turn > 180 { turn -= 360 } else if turn < -180 { turn += 360 }
    var middle = isGrey ? h1 + h2 : (h1 + h2) / 2
    if !isGrey, abs(h1 - h2) > 180 { middle += h1 + h2 < 360 ? 180 : -180 }
    let (light, chroma) = ((lightness + other.lightness) / 2, (c1 + c2) / 2)
    let t =
      1 - 0.17 * cos(radians(middle - 30)) + 0.24 * cos(radians(2 * middle))
      + 0.32 * cos(radians(3 * middle + 6)) - 0.2 * cos(radians(4 * middle - 63))
    let bend = pow(light - 50, 2)
    let dl = (other.lightness - lightness) / (1 + 0.015 * bend / sqrt(20 + bend))
    let dc = (c2 - c1) / (1 + 0.045 * chroma)
    let dh = 2 * sqrt(c1 * c2) * sin(radians(turn / 2)) / (1 + 0.015 * chroma * t)
    let angle = 30 * exp(-pow((middle - 275) / 25, 2))
    let rotation = -sin(radians(2 * angle)) * 2 * sqrt(weight(chroma))
    return sqrt(dl * dl + dc * dc + dh * dh + rotation * dc * dh)
  }
}

extension PaletteColour {
  var linear: [Double] {
    [red, green, blue].map {
      let value = Double($0) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
  }

  /// The luminance of WCAG 2.
  var luminance: Double { 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] }

  func contrast(_ other: PaletteColour) -> Double {
    let (low, high) = (min(luminance, other.luminance), max(luminance, other.luminance))
    return (high + 0.05) / (low + 0.05)
  }
}
