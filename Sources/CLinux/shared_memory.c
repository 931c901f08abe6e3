#include "shared_memory.h"

#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>

/* A compare-and-swap has no form that faults softly, so its SIGBUS is caught: the handler jumps out
   of a marked thread and hands every other SIGBUS to whoever was there before. */
static _Thread_local sigjmp_buf *volatile escape;
static struct sigaction previous;
static atomic_int installed;

static void bus_error(int number, siginfo_t *details, void *state) {
  if (escape)
    siglongjmp(*escape, 1);
  if (previous.sa_flags & SA_SIGINFO)
    previous.sa_sigaction(number, details, state);
  else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN)
    previous.sa_handler(number);
  else
    sigaction(SIGBUS, &previous, 0); /* the access happens again and ends the process */
}

static void install(void) {
  int none = 0;
  if (!atomic_compare_exchange_strong(&installed, &none, 1)) {
    while (atomic_load(&installed) != 2) {
    }
    return;
  }
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = bus_error;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, &previous);
  atomic_store(&installed, 2);
}

int swtrace_linux_exchange32(uintptr_t word, uint32_t *expected, uint32_t desired) {
  sigjmp_buf here;
  if (atomic_load(&installed) != 2)
    install();
  if (sigsetjmp(here, 0)) {
    escape = 0;
    return -1;
  }
  escape = &here;
  atomic_signal_fence(memory_order_seq_cst);
  int done = __atomic_compare_exchange_n((uint32_t *)word, expected, desired, 0, __ATOMIC_SEQ_CST,
                                         __ATOMIC_SEQ_CST);
  atomic_signal_fence(memory_order_seq_cst);
  escape = 0;
  return done;
}
