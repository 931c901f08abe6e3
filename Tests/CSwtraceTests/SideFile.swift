import Glibc

/// Words that a traced program shares with a test: what it had done when it was killed.
@safe final class SideFile {
  let path: String
  private let scratch: ScratchDirectory
  private let words: UnsafeMutablePointer<Int>

  init() {
    scratch = ScratchDirectory()
    path = "\(scratch.path)/side"
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    ftruncate(descriptor, 4096)
    let mapping = unsafe mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    close(descriptor)
    guard let mapping = unsafe mapping, unsafe mapping != MAP_FAILED else {
      fatalError("cannot map \(path)")
    }
    unsafe words = mapping.assumingMemoryBound(to: Int.self)
  }

  deinit {
    unsafe munmap(words, 4096)
  }

  subscript(_ index: Int) -> Int {
    get { unsafe words[index] }
    set { unsafe words[index] = newValue }
  }
}
