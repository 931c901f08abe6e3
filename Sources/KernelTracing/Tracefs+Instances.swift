internal import Glibc

extension Tracefs {
  /// Makes an instance of this name and takes its lock; it is switched on, with no event.
  package func createInstance(_ name: String) throws(KernelTracingError) -> TracingInstance {
    let path = try instancePath(name)
    // Between making and locking, someone who looks for leftovers may take the lock or reap it.
    var attempts = 0
    while true {
      attempts += 1
      guard unsafe mkdir(path, 0o750) == 0 else {
        let code = errno
        if code == EEXIST, try isAlive(path) { throw .instanceInUse(path: path) }
        throw .failed(.create, path: path, errno: code)
      }
      for _ in 0..<100 {
        if let instance = try lockInstance(name, path) { return instance }
        guard TracefsFiles.isDirectory(path) else { break }
        usleep(2000)
      }
      guard attempts < 5 else { throw .instanceInUse(path: path) }
    }
  }

  /// Names of instances with this prefix whose recorder lives no more.
  package func leftoverInstances(prefix: String) throws(KernelTracingError) -> [String] {
    var leftovers: [String] = []
    for name in try TracefsFiles.names(in: root + "/instances")
    where name.utf8.starts(with: prefix.utf8) && TracefsFiles.isComponent(name) {
      if !(try isAlive(try instancePath(name))) { leftovers.append(name) }
    }
    return leftovers
  }

  /// Takes over a leftover instance: its pages can be read, then it can be removed.
  package func claimInstance(_ name: String) throws(KernelTracingError) -> TracingInstance {
    let path = try instancePath(name)
    guard let instance = try lockInstance(name, path) else { throw .instanceInUse(path: path) }
    return instance
  }

  private func instancePath(_ name: String) throws(KernelTracingError) -> String {
    guard TracefsFiles.isComponent(name), name.utf8.count <= 64 else { throw .badName(name) }
    return "\(root)/instances/\(name)"
  }

  private func isAlive(_ path: String) throws(KernelTracingError) -> Bool {
    do throws(KernelTracingError) {
      guard let descriptor = try lock(path) else { return true }
      close(descriptor)
      return false
    } catch {
      // Removed meanwhile: no leftover.
      if error.isMissingFile { return true }
      throw error
    }
  }

  private func lockInstance(
    _ name: String, _ path: String
  ) throws(KernelTracingError) -> TracingInstance? {
    let descriptor: Int32?
    do throws(KernelTracingError) {
      descriptor = try lock(path)
    } catch {
      if error.isMissingFile { return nil }
      throw error
    }
    guard let descriptor else { return nil }
    // The directory that was locked has to be the one that has the name still.
    var locked = stat()
    var named = stat()
    guard unsafe fstat(descriptor, &locked) == 0, unsafe stat(path, &named) == 0,
      locked.st_ino == named.st_ino
    else {
      close(descriptor)
      return nil
    }
    return TracingInstance(name: name, path: path, directory: descriptor)
  }

  /// The directory, open and locked; nil where another has the lock.
  private func lock(_ path: String) throws(KernelTracingError) -> Int32? {
    let descriptor = try TracefsFiles.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
    let code = errno
    close(descriptor)
    guard code == EWOULDBLOCK else { throw .failed(.lock, path: path, errno: code) }
    return nil
  }
}
