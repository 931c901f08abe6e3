/// Which system calls are recorded.
package enum SystemCallSelection: Hashable, Sendable {
  case none
  case all
  case only(Set<String>)
  case except(Set<String>)

  mutating func add(_ name: String) {
    switch self {
    case .none: self = .only([name])
    case .all: break
    case .only(let names): self = .only(names.union([name]))
    case .except(let names):
      let rest = names.subtracting([name])
      self = rest.isEmpty ? .all : .except(rest)
    }
  }

  mutating func remove(_ name: String) {
    switch self {
    case .none: break
    case .all: self = .except([name])
    case .only(let names):
      let rest = names.subtracting([name])
      self = rest.isEmpty ? .none : .only(rest)
    case .except(let names): self = .except(names.union([name]))
    }
  }

  package func includes(_ name: String) -> Bool {
    switch self {
    case .none: false
    case .all: true
    case .only(let names): names.contains(name)
    case .except(let names): !names.contains(name)
    }
  }

  /// The kernel's filter over `id` of raw_syscalls events; nil where none is needed.
  ///
  /// `numbers` gives a call's numbers: one, or several where two tables are in use.
  package func kernelFilter(numbers: (String) -> [Int]) -> String? {
    switch self {
    case .none, .all: nil
    case .only(let names):
      Set(names.flatMap(numbers)).sorted().map { "id == \($0)" }.joined(separator: " || ")
    case .except(let names):
      Set(names.flatMap(numbers)).sorted().map { "id != \($0)" }.joined(separator: " && ")
    }
  }
}
