/* fork.c - children.
 *
 *   fork, daemon           the private state is empty (wiped), the handler below registers anew at once
 *   raw clone, _Fork       the state is empty; the first hit, or bit 31 of a switch, registers
 *   vfork, posix_spawn     one address space: the child writes as its parent's thread, until it execs
 *   exec                   a new program, a new constructor
 *
 * On kernels without MADV_WIPEONFORK the handler empties the state itself. */
#include "runtime.h"

#include <pthread.h>

static void in_child(void) {
  struct swtrace_process *process = swtrace_process;
  if (!swtrace_wiped_by_kernel) {
    struct swtrace_place *here = (struct swtrace_place *)(void *)swtrace_thread_pointer;
    if (here >= swtrace_places && here < swtrace_places + SWTRACE_THREADS)
      memset(here, 0, sizeof *here);
    memset(process, 0, sizeof *process);
  }
  if (!process->sentinel) swtrace_process_register();
}

void swtrace_fork_prepare(void) { pthread_atfork(0, 0, in_child); }
