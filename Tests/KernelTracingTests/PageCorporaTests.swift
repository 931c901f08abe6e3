import Events
import Testing

@testable import KernelTracing

@Suite(.enabled(if: Surroundings.hasCorpora, "needs shared/corpora, tar and zstd"))
struct PageCorporaTests {
  static let debian: DecodedTrace? = {
    guard let pages = Surroundings.debianPages else { return nil }
    let directory = Surroundings.scratchDirectory()
    defer { Surroundings.remove(directory) }
    guard Surroundings.run("tar xzf '\(pages)/formats.tar.gz' -C '\(directory)'") != nil else {
      return nil
    }
    return try? DecodedTrace(Tracefs(root: directory + "/formats"))
  }()

  @Test func `all 1390 formats of Linux 6.1 are read`() throws {
    let trace = try #require(Self.debian)
    #expect(trace.types.count - 1 == 1390)
  }

  @Test(arguments: [
    ("raw-overrun", 698, 29353), ("raw-sched_sys", 29880, 0), ("raw-wide", 45059, 0),
  ])
  func `pages agree with text and statistics event for event`(
    load: String, count: Int, lost: Int
  ) throws {
    let trace = try #require(Self.debian)
    let directory = try #require(Surroundings.debianPages) + "/" + load
    let text = try #require(Surroundings.run("zstd -dcq '\(directory)/trace.txt.zst'"))
    let lines = KernelText.lines(String(decoding: text, as: UTF8.self))
    var total = 0
    var totalLost: UInt64 = 0
    for cpu in 0..<2 {
      let (batches, outcomes) = trace.decode(try Surroundings.bytes("\(directory)/cpu\(cpu).pages"))
      #expect(outcomes.allSatisfy { $0.damage == nil })
      let events = batches.flatMap(trace.events)
      let own = lines.filter { $0.cpu == cpu }
      #expect(events.count == own.count)
      var differences: [String] = []
      for (line, event) in zip(own, events) {
        if let difference = line.difference(from: event) {
          differences.append("\(line.line.string): \(difference)")
        }
      }
      #expect(differences.isEmpty, "\(differences.count): \(differences.prefix(3))")
      for batch in batches { #expect(batch.contradiction(trace.types) == nil) }
      #expect(!events.contains { $0.type == PageFormats.undecoded })
      #expect(!batches.contains { $0.groups.contains { $0.remainder != nil } })

      let statistics = BufferStatistics(
        parsing: try Surroundings.text("\(directory)/stats\(cpu)"))
      #expect(statistics.entries == UInt64(events.count))
      let losses = batches.flatMap(\.losses)
      #expect(losses.allSatisfy { $0.reason == .kernelOverrun && $0.count != nil })
      #expect(losses.reduce(0) { $0 + ($1.count ?? 0) } == statistics.overrun)
      total += events.count
      totalLost += statistics.overrun
    }
    #expect(total == count)
    #expect(totalLost == UInt64(lost))
  }

  struct OddPage: Sendable, CustomTestStringConvertible {
    var page: String
    var formats = "synthetic"
    var names: [String]
    var texts: [String] = []
    var threads: [ThreadNumber] = []
    var testDescription: String { page }
  }

  @Test(arguments: [
    OddPage(
      page: "g_single_print", names: ["print"], texts: ["Hello, world!\n"], threads: [28712]),
    OddPage(page: "g_really_long_event", names: ["print", "print"], threads: [6908, 6908]),
    OddPage(
      page: "g_single_print_non_null_terminated", names: ["print"], texts: ["Hello, world!aaa"],
      threads: [28712]),
    OddPage(page: "g_single_print_zero_size", names: ["print"], texts: [""], threads: [28712]),
    OddPage(
      page: "g_three_prints", names: ["print", "print", "print"],
      texts: ["Hello, world!\n", "Good afternoon, world!\n", "Goodbye, world!\n"],
      threads: [30693, 30693, 30693]),
    OddPage(
      page: "g_six_sched_switch", names: [String](repeating: "sched_switch", count: 6),
      threads: [3, 3733, 7]),
    OddPage(
      page: "g_full_page_sched_switch", names: [String](repeating: "sched_switch", count: 59),
      threads: [3348, 624, 3348]),
    OddPage(
      page: "g_sched_page", formats: "synthetic_alt",
      names: ["sched_switch"] + [String](repeating: "sched_waking", count: 5) + ["sched_switch"]),
    OddPage(page: "g_suspend_resume", names: [String](repeating: "suspend_resume", count: 13)),
    OddPage(page: "g_four_byte_commit", names: []),
  ])
  func `odd pages are read`(_ page: OddPage) throws {
    let corpora = try #require(Surroundings.corpora) + "/ringbuffer-pages"
    let directory = Surroundings.scratchDirectory()
    defer { Surroundings.remove(directory) }
    let archive = "\(corpora)/perfetto-formats.tar.gz"
    let folder = "perfetto-formats/\(page.formats)"
    #expect(Surroundings.run("tar xzf '\(archive)' -C '\(directory)' \(folder)") != nil)
    let trace = try DecodedTrace(Tracefs(root: "\(directory)/\(folder)"))
    let (batches, outcomes) = trace.decode(
      try Surroundings.bytes("\(corpora)/perfetto-pages/\(page.page).bin"))
    #expect(outcomes.allSatisfy { $0.damage == nil && $0.missed == .none })
    for batch in batches { #expect(batch.contradiction(trace.types) == nil) }
    let events = batches.flatMap(trace.events)
    #expect(events.map(\.type.name) == page.names)
    if !page.texts.isEmpty { #expect(events.map { $0.text("buf") } == page.texts) }
    #expect(Array(events.map(\.thread).prefix(page.threads.count)) == page.threads)
  }

  @Test(arguments: [
    ("android_hammerhead_MRA59G_3.4.0", 4), ("android_flounder_lte_LRX16F_3.10.40", 8),
    ("android_walleye_OPM5.171019.017.A1_4.4.88", 8), ("b281660544_old", 8),
    ("b281660544_new", 8), ("synthetic", 8), ("synthetic_alt", 8), ("hypervisor", 8),
  ])
  func `formats of other kernels are read`(tree: String, longBytes: Int) throws {
    let corpora = try #require(Surroundings.corpora) + "/ringbuffer-pages"
    let directory = Surroundings.scratchDirectory()
    defer { Surroundings.remove(directory) }
    let folder = "perfetto-formats/\(tree)"
    #expect(
      Surroundings.run(
        "tar xzf '\(corpora)/perfetto-formats.tar.gz' -C '\(directory)' \(folder)") != nil)
    let tracefs = Tracefs(root: "\(directory)/\(folder)")
    if tree != "hypervisor" { #expect(try tracefs.pageLayout().longBytes == longBytes) }
    var count = 0
    for system in try tracefs.systems() {
      for event in try tracefs.events(of: system) {
        let name = KernelEventName(system: system, event: event)
        let format: KernelEventFormat
        do throws(KernelTracingError) {
          format = try tracefs.format(name, longBytes: longBytes)
        } catch {
          if case .noSuchEvent = error { continue }
          throw error
        }
        count += 1
        #expect(format.type.name == event)
        #expect(!format.type.fields.contains { $0.name.isEmpty })
        let widths = format.placements.filter { !$0.isVarying }.allSatisfy { placement in
          if case .fixed(let width) = placement.storage {
            placement.offset + width <= format.fixedBytes
          } else {
            false
          }
        }
        #expect(widths)
      }
    }
    #expect(count > 0)
  }
}
