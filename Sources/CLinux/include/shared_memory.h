/* What the recorder does in memory and files that somebody else may truncate, swap or write to. */
#ifndef SWTRACE_LINUX_SHARED_MEMORY_H
#define SWTRACE_LINUX_SHARED_MEMORY_H

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Opens `path` below `directory`: no symbolic link anywhere, nothing above it, never blocking. */
static inline int swtrace_linux_open_beneath(int directory, const char *path, int flags, unsigned mode) {
  struct open_how how;
  memset(&how, 0, sizeof how);
  how.flags = (uint64_t)(unsigned)(flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

enum swtrace_linux_word_operation {
  SWTRACE_LINUX_WORD_SET = FUTEX_OP_SET,
  SWTRACE_LINUX_WORD_ADD = FUTEX_OP_ADD,
  SWTRACE_LINUX_WORD_OR = FUTEX_OP_OR,
  SWTRACE_LINUX_WORD_ANDN = FUTEX_OP_ANDN,
  SWTRACE_LINUX_WORD_XOR = FUTEX_OP_XOR
};

/* One atomic operation on a mapped word, done by the kernel: -1 and EFAULT, not SIGBUS, where the
   file behind it is gone. `argument` has 12 bits; with `shifted` the operand is 1 << argument. */
static inline int swtrace_linux_word(uintptr_t word, int operation, unsigned argument, int shifted) {
  uint32_t idle = 0;
  unsigned encoded = ((unsigned)operation & 7) << 28 | (shifted ? 8u << 28 : 0) |
                     (unsigned)FUTEX_OP_CMP_EQ << 24 | (argument & 0xfff) << 12;
  return (int)syscall(SYS_futex, &idle, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 0, 0, (void *)word,
                      encoded);
}

/* Compare-and-swap on a mapped word: 1 done, 0 another value (left in *expected), -1 the file behind
   it is gone. */
int swtrace_linux_exchange32(uintptr_t word, uint32_t *expected, uint32_t desired);

/* The write lock of the open file description on the file's first byte, which recorders (and the
   living recorder of a session's file) hold. Each returns 0 or an errno. */
static inline int swtrace_linux_lock(int descriptor, int locked) {
  struct flock range;
  memset(&range, 0, sizeof range);
  range.l_type = locked ? F_WRLCK : F_UNLCK;
  range.l_whence = SEEK_SET;
  range.l_len = 1;
  return fcntl(descriptor, 37 /* F_OFD_SETLK */, &range) == 0 ? 0 : errno;
}

/* Whether somebody holds that lock: 1, 0, or -1 with errno. */
static inline int swtrace_linux_is_locked(int descriptor) {
  struct flock range;
  memset(&range, 0, sizeof range);
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_len = 1;
  if (fcntl(descriptor, 36 /* F_OFD_GETLK */, &range) != 0) return -1;
  return range.l_type != F_UNLCK;
}

/* Whether anybody else has this file open or mapped for writing, told by whether a write lease can
   be had: 0 nobody, 1 somebody (or it cannot be told). A broken lease would send SIGURG, which
   nobody minds. */
static inline int swtrace_linux_is_shared(int descriptor) {
  if (fcntl(descriptor, 10 /* F_SETSIG */, SIGURG) != 0) return 1;
  if (fcntl(descriptor, 1024 /* F_SETLEASE */, F_WRLCK) != 0) return 1;
  fcntl(descriptor, 1024, F_UNLCK);
  return 0;
}

/* Memory that is like a file; -1 with errno. */
static inline int swtrace_linux_memory(void) {
  /* MFD_CLOEXEC */
  return (int)syscall(SYS_memfd_create, "swtrace-copy", 1);
}

/* Backs a range of a file with memory; -1 with errno. */
static inline int swtrace_linux_allocate(int descriptor, uint64_t offset, uint64_t size) {
  return (int)syscall(SYS_fallocate, descriptor, 0, (long)offset, (long)size);
}

/* Gives the memory of a range of a file back. */
static inline int swtrace_linux_punch_hole(int descriptor, uint64_t offset, uint64_t size) {
  /* FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE */
  return (int)syscall(SYS_fallocate, descriptor, 3, (long)offset, (long)size);
}

/* Where `needle` begins in `text`, -1 where it does not occur. */
static inline long swtrace_linux_find(const void *text, size_t size, const void *needle,
                                      size_t needle_size) {
  extern void *memmem(const void *, size_t, const void *, size_t);
  const char *found = memmem(text, size, needle, needle_size);
  return found ? found - (const char *)text : -1;
}

/* Has `descriptor` waited for by the epoll descriptor. */
static inline int swtrace_linux_follow(int epoll, int descriptor) {
  struct epoll_event event;
  memset(&event, 0, sizeof event);
  event.events = EPOLLIN;
  event.data.fd = descriptor;
  return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

static inline int swtrace_linux_unfollow(int epoll, int descriptor) {
  struct epoll_event event;
  memset(&event, 0, sizeof event);
  return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event);
}

/* Followed descriptors that are readable now; returns how many. */
static inline int swtrace_linux_ready(int epoll, int *descriptors, int capacity) {
  struct epoll_event events[64];
  int count = epoll_wait(epoll, events, capacity < 64 ? capacity : 64, 0);
  for (int index = 0; index < count; index++) descriptors[index] = events[index].data.fd;
  return count;
}

static inline int swtrace_linux_epoll(void) { return epoll_create1(EPOLL_CLOEXEC); }

/* Returns after every running thread has passed a full barrier. */
static inline int swtrace_linux_global_barrier(void) {
  return (int)syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

#endif
