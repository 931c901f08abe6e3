internal import Glibc

/// What a tracefs allows, with the error of each thing that it does not.
package struct TracefsAbilities: Sendable {
  /// Kernel events cannot be recorded where this is set: why no instance could be made.
  package var instanceError: KernelTracingError?
  /// Why the names of events could not be listed.
  package var listingError: KernelTracingError?
  /// Why pages cannot be read.
  package var pagesError: KernelTracingError?
  package var clocks: [String] = []
  /// Sub-buffers of another size than a page can be asked for.
  package var hasSubBufferSize = false
  package var hasBufferPercent = false
  package var cpus = 0

  package var canRecord: Bool {
    instanceError == nil && listingError == nil && pagesError == nil
  }
}

extension Tracefs {
  /// What can be done here, found out by trying; leaves nothing behind.
  package func probe() -> TracefsAbilities {
    var abilities = TracefsAbilities()
    do throws(KernelTracingError) {
      _ = try events()
    } catch {
      abilities.listingError = error
    }
    let instance: TracingInstance
    do throws(KernelTracingError) {
      instance = try createInstance("swtrace-probe-\(getpid())")
    } catch {
      abilities.instanceError = error
      return abilities
    }
    do throws(KernelTracingError) {
      abilities.clocks = try instance.availableClocks()
      let cpus = try instance.cpus()
      abilities.cpus = cpus.count
      abilities.hasSubBufferSize = instance.has("buffer_subbuf_size_kb")
      abilities.hasBufferPercent = instance.has("buffer_percent")
      if let first = cpus.first { _ = try instance.openPages(cpu: first) }
    } catch {
      abilities.pagesError = error
    }
    do throws(KernelTracingError) {
      try instance.remove()
    } catch {
      abilities.instanceError = error
    }
    return abilities
  }
}
