/* registration.c - a process makes itself known: at its first constructor, and anew in every child.
 *
 *   attach:  0 ──CAS──► tid ──► SWTRACE_ATTACHED      who loses the compare-and-swap (another thread, a
 *                                                     signal handler of this one) counts a loss and
 *                                                     goes on; nobody waits
 *   signals: blocked meanwhile. A handler that forked in here would leave a child half way
 *   order:   file complete ► markers point into it ► rename ► fence ► session files read, slots and
 *            chunks made, switches set ► READY ► sentinel
 *
 * A child that was not made by exec inherits its parent's mapping, and perhaps, on the stack of the
 * thread that forked, an interrupted marker that still points into it. So the old range is not
 * unmapped but replaced by private memory in which late stores are lost. The range before that one
 * is given to the new file, which keeps a chain of forks at two ranges. */
#include "runtime.h"

#include <signal.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif
#define ATTACH_FAILED 0x40000000U

struct swtrace_process *swtrace_process;
struct swtrace_place *swtrace_places;
bool swtrace_wiped_by_kernel;
uint64_t swtrace_parent_sessions[SWTRACE_SLOTS][2];

/* Not wiped: a child reads here what its parent had. */
static struct {
  uint8_t *base;
  uint64_t size;
} mapped, vacant;
static uint64_t registrations;

static bool make_private_state(void) {
  uint64_t page = getauxval(AT_PAGESZ);
  if (page < 4096) page = 4096;
  uint64_t first = (sizeof(struct swtrace_process) + page - 1) / page * page;
  uint64_t size = first + SWTRACE_THREADS * sizeof(struct swtrace_place);
  uint8_t *state =
      mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (state == MAP_FAILED) return false;
  madvise(state, size, MADV_NOHUGEPAGE);
  swtrace_wiped_by_kernel = madvise(state, size, MADV_WIPEONFORK) == 0;
  swtrace_places = (struct swtrace_place *)(void *)(state + first);
  __atomic_store_n(&swtrace_process, (struct swtrace_process *)(void *)state, __ATOMIC_RELEASE);
  return true;
}

void *swtrace_vacant_mapping(uint64_t size) { return vacant.size == size ? vacant.base : 0; }

static void remember_parent(void) {
  memset(swtrace_parent_sessions, 0, sizeof swtrace_parent_sessions);
  if (!mapped.base) return;
  struct swtrace_registry *registry = (void *)mapped.base;
  struct swtrace_slot *slots = (void *)(mapped.base + registry->slots_offset);
  for (int i = 0; i < SWTRACE_SLOTS; i++) {
    if (swtrace_load_acquire_u32(&slots[i].state) != SWTRACE_SLOT_ACTIVE) continue;
    swtrace_parent_sessions[i][0] = slots[i].session[0];
    swtrace_parent_sessions[i][1] = slots[i].session[1];
  }
}

/* The parent's file is no longer reached from here. */
static void leave_parent(struct swtrace_process *process) {
  if (vacant.base == process->map.base && process->map.base) vacant.base = 0, vacant.size = 0;
  if (mapped.base) {
    void *cover = mmap(mapped.base, mapped.size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    if (cover != MAP_FAILED) {
      madvise(cover, mapped.size, MADV_NOHUGEPAGE);
      madvise(cover, mapped.size, MADV_DONTDUMP);
      if (!vacant.base) vacant.base = mapped.base, vacant.size = mapped.size;
    }
  }
  mapped.base = process->map.base;
  mapped.size = process->map.size;
}

static bool register_now(void) {
  if (!swtrace_process) {
    if (!make_private_state()) return false;
    swtrace_threads_prepare();
    swtrace_fork_prepare();
  }
  struct swtrace_process *process = swtrace_process;
  uint32_t tid = (uint32_t)syscall(SYS_gettid);
  if (!swtrace_exchange_u32(&process->attach, 0, tid)) return process->sentinel != 0;
  process->stale_tid = swtrace_tid_here(process);
  process->tid = (int32_t)tid;
  SWTRACE_TESTPOINT("attach");
  remember_parent();

  struct swtrace_file file;
  if (!swtrace_file_create(process, &file)) {
    leave_parent(process); /* its switches read as zeros from now on */
    swtrace_store_release_u32(&process->attach, ATTACH_FAILED);
    return false;
  }
  process->reads_clock_inline = swtrace_clock() == SWTRACE_TICKS_CLOCK;
  swtrace_markers_enter_all(process);
  SWTRACE_TESTPOINT("fill");
  swtrace_file_publish(process, &file);
  SWTRACE_TESTPOINT("publish");
  swtrace_fence();
  swtrace_sessions_join(process, &file);
  swtrace_publish_unregistered(process);
  swtrace_file_close(&file);
  swtrace_store_release_u32(&process->map.registry->state, SWTRACE_PROCESS_READY);
  leave_parent(process);
  __atomic_store_n(&process->sentinel, ++registrations, __ATOMIC_RELEASE);
  swtrace_store_release_u32(&process->attach, SWTRACE_ATTACHED);
  SWTRACE_TESTPOINT("ready");
  return true;
}

bool swtrace_process_register(void) {
  int saved = errno;
  sigset_t all, before;
  sigfillset(&all);
  bool blocked = sigprocmask(SIG_BLOCK, &all, &before) == 0;
  bool registered = register_now();
  if (blocked) sigprocmask(SIG_SETMASK, &before, 0);
  errno = saved;
  return registered;
}

/* ---- the object that this code is linked into ------------------------------------------------------ */

extern struct swtrace_marker __start_swtrace_markers[] __attribute__((weak, visibility("hidden")));
extern struct swtrace_marker __stop_swtrace_markers[] __attribute__((weak, visibility("hidden")));
__attribute__((weak, visibility("hidden"))) struct swtrace_object swtrace_object_here;

static __attribute__((constructor(101))) void enter_process(void) {
  int saved = errno;
  swtrace_object_enter(&swtrace_object_here, __start_swtrace_markers, __stop_swtrace_markers);
  if (!swtrace_process) swtrace_process_register();
  errno = saved;
}

static __attribute__((destructor(101))) void leave_process(void) {
  int saved = errno;
  struct swtrace_process *process = swtrace_process;
  if (process && process->sentinel) swtrace_file_remove_unused(process);
  swtrace_threads_end();
  errno = saved;
}
