#include "control.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

/* A name in an open directory, as short as an address of a socket has to be. */
static int make_address(struct sockaddr_un *address, int directory, const char *name) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  int length =
      snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s", directory, name);
  if (length < 0 || (size_t)length >= sizeof address->sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  return 0;
}

static int close_with(int descriptor) {
  int error = errno;
  close(descriptor);
  errno = error;
  return -1;
}

int swtrace_linux_control_listen(int directory, const char *name) {
  struct sockaddr_un address;
  if (make_address(&address, directory, name)) return -1;
  int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener < 0) return -1;
  if (bind(listener, (struct sockaddr *)&address, sizeof address) ||
      chmod(address.sun_path, 0600) || listen(listener, 64))
    return close_with(listener);
  return listener;
}

int swtrace_linux_control_connect(int directory, const char *name) {
  struct sockaddr_un address;
  if (make_address(&address, directory, name)) return -1;
  int descriptor = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return -1;
  if (connect(descriptor, (struct sockaddr *)&address, sizeof address)) return close_with(descriptor);
  return descriptor;
}

int swtrace_linux_control_accept(int listener, uid_t *user) {
  int descriptor = accept4(listener, 0, 0, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (descriptor < 0) return -1;
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size)) return close_with(descriptor);
  *user = peer.uid;
  return descriptor;
}

int swtrace_linux_control_send(int descriptor, const void *bytes, size_t count, int passed) {
  struct iovec part = {(void *)bytes, count};
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr aligned;
  } control;
  struct msghdr message;
  memset(&message, 0, sizeof message);
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (passed >= 0) {
    memset(&control, 0, sizeof control);
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof passed);
    memcpy(CMSG_DATA(header), &passed, sizeof passed);
  }
  for (;;) {
    if (sendmsg(descriptor, &message, MSG_NOSIGNAL) >= 0) return 0;
    if (errno != EINTR) return errno;
  }
}

long swtrace_linux_control_receive(int descriptor, void *bytes, size_t capacity, int *passed) {
  struct iovec part = {bytes, capacity};
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr aligned;
  } control;
  struct msghdr message;
  memset(&message, 0, sizeof message);
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  *passed = -1;
  ssize_t got;
  do got = recvmsg(descriptor, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  if (got < 0) return -errno;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
      header->cmsg_len == CMSG_LEN(sizeof *passed))
    memcpy(passed, CMSG_DATA(header), sizeof *passed);
  if (message.msg_flags & MSG_TRUNC) return -EMSGSIZE;
  return got;
}

int swtrace_linux_rename_new(int directory, const char *name, const char *new_name) {
  /* RENAME_NOREPLACE */
  return syscall(SYS_renameat2, directory, name, directory, new_name, 1) == 0 ? 0 : errno;
}
