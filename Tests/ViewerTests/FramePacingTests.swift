import Testing

@testable import Viewer

@Suite struct FramePacingTests {
  @Test func `the first frame and one after a key are due at once`() {
    var pacing = FramePacing()
    #expect(pacing.pause(at: 0) == 0)
    pacing.draw(at: 0)
    pacing.take(isUsers: true, isWoken: true)
    #expect(pacing.pause(at: 1) == 0)
  }

  @Test func `what arrives by itself waits for the next of 30 frames a second`() {
    var pacing = FramePacing()
    pacing.draw(at: 100)
    pacing.take(isUsers: false, isWoken: true)
    #expect(pacing.pause(at: 110) == 23)
    pacing.take(isUsers: false, isWoken: false)
    #expect(pacing.pause(at: 133) == 0)
  }

  @Test func `a key is shown at once although a frame was put off`() {
    var pacing = FramePacing()
    pacing.draw(at: 100)
    pacing.take(isUsers: false, isWoken: true)
    pacing.take(isUsers: true, isWoken: false)
    #expect(pacing.pause(at: 105) == 0)
  }
}
