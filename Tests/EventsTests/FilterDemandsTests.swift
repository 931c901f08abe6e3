import Testing

@testable import Events

@Suite struct FilterDemandsTests {
  /// Threads that a filter does not rule out by name and number.
  private static func left(_ text: String) throws -> [String] {
    let demands = try Filter(parsing: text).demands(on: [.comm, .tid])
    let filter = demands.map { InstanceFilter($0) }
    return [("nginx", 1), ("cat", 2), ("node", 3)].filter { name, number in
      var instance = FilterInstance()
      instance.comm = Array(name.utf8)
      instance.tid = Int64(number)
      return filter?.matches(instance) ?? true
    }.map(\.0)
  }

  @Test(
    arguments: [
      ("comm ~ \"n*\"", ["nginx", "node"]),
      ("tid == 2", ["cat"]),
      ("tid != 2", ["nginx", "node"]),
      ("comm == nginx && dur > 1ms", ["nginx"]),
      ("comm == nginx || dur > 1ms", ["nginx", "cat", "node"]),
      ("!(comm == nginx || dur > 1ms)", ["cat", "node"]),
      ("!(comm == nginx && dur > 1ms)", ["nginx", "cat", "node"]),
      ("cpu == 1", ["nginx", "cat", "node"]),
      ("cat", ["nginx", "cat", "node"]),
      ("(cpu == 1 || comm == cat) && tid > 1", ["cat", "node"]),
    ])
  func `what is not known may hold`(text: String, threads: [String]) throws {
    #expect(try Self.left(text) == threads)
  }
}
