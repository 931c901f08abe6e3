import Events
import Testing

@Suite struct ContainerNameTests {
  private static let hexadecimal = String(repeating: "0123456789abcdef", count: 4)

  @Test(arguments: [
    ("/system.slice/docker-\(hexadecimal).scope", "0123456789ab"),
    ("/kubepods/pod7/\(hexadecimal)", "0123456789ab"),
    ("/machine.slice/libpod-\(hexadecimal).scope/container", "0123456789ab"),
    ("/lxc.payload.web-1/system.slice", "web-1"),
    ("/machine.slice/machine-web\\x2d1.scope/payload", "web-1"),
    ("/machine.slice/systemd-nspawn@web.service", "web"),
    ("/user.slice", ""), ("/", ""), ("", ""), ("/\(hexadecimal.dropLast())", ""),
    ("/machine-.scope", ""), ("/lxc.payload.", ""), ("/machine-a\\xzz\\x2.scope", "a\\xzz\\x2"),
  ])
  func `a container is found in its cgroup's path`(path: String, name: String) {
    let found = ContainerName.of(cgroup: Array(path.utf8))
    #expect(String(decoding: found, as: UTF8.self) == name)
  }
}
