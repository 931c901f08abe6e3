/* The system calls and structures that Swift's Glibc module does not show. One static inline each.
   Headers are read as the Glibc module reads them: without _GNU_SOURCE, else their types clash. */
#ifndef SWTRACE_CLINUX_H
#define SWTRACE_CLINUX_H

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "command.h"
#include "control.h"
#include "detach.h"
#include "guard.h"
#include "memory.h"
#include "prefetch.h"
#include "recorder.h"
#include "shared_memory.h"

static inline int swtrace_linux_pidfd_open(pid_t pid) {
  return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* Whether nobody has waited for the process yet, so that its number is no other's. */
static inline int swtrace_linux_has_process(int pidfd) {
  return syscall(SYS_pidfd_send_signal, pidfd, 0, NULL, 0) == 0 || errno != ESRCH;
}

#endif
