/* Markers under a filter that kills on nearly every system call; with an argument, in strict mode
 * (where the kernel takes the processor's counter away too: nobody may switch them on).
 *
 * flags: -std=gnu11 -pthread */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile int go;

static void *second(void *argument) {
  (void)argument;
  __atomic_store_n(&go, -1, __ATOMIC_RELEASE);
  while (__atomic_load_n(&go, __ATOMIC_ACQUIRE) != 1) {
  }
  /* This thread's first hit: its place, its chunk, under the filter. */
  for (long i = 1; i <= 20000; i++) SWTRACE_EVENT("seccomp", "hit", "writer", 2, "number", i);
  __atomic_store_n(&go, 2, __ATOMIC_RELEASE);
  for (;;) {
  }
  return 0;
}

int main(int argc, char **argv) {
  int strict = argc > 1;
  (void)argv;
  pthread_t thread;
  if (!strict && pthread_create(&thread, 0, second, 0)) return 1;
  while (!strict && !__atomic_load_n(&go, __ATOMIC_ACQUIRE)) {
  }
  if (strict) {
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT)) return 1;
  } else {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program))
      return 1;
    __atomic_store_n(&go, 1, __ATOMIC_RELEASE);
  }
  for (long i = 1; i <= 20000; i++) SWTRACE_EVENT("seccomp", "hit", "writer", 1, "number", i);
  if (!strict)
    while (__atomic_load_n(&go, __ATOMIC_ACQUIRE) != 2) {
    }
  if (strict) syscall(SYS_exit, 0);
  syscall(SYS_exit_group, 0);
  return 0;
}
