/* threads.c - a thread's place: taken at its first hit, given up by its exit hook.
 *
 * Places come from the private pool (registration.c): no allocation. The exit hook is a pthread key
 * made by the constructor, used only if its number is below 32: the C library keeps those in the
 * thread itself and would allocate for others. */
#include "runtime.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct swtrace_thread no_place;
__thread struct swtrace_thread *swtrace_thread_pointer SWTRACE_TLS_MODEL = &no_place;

#if defined(__GLIBC__) && !__GLIBC_PREREQ(2, 34)
#pragma weak pthread_key_create
#pragma weak pthread_key_delete
#pragma weak pthread_setspecific
#endif

#define KEYS_IN_THREAD 32
static pthread_key_t key;
static bool key_usable;
static uint32_t tid_offset; /* in the thread's control block, + 1; 0 = ask the kernel */
static const uint32_t unknown_cpu = 0xffffffffU;

/* ---- which CPU: the area of restartable sequences that the C library registers ---------------------- */

static bool too_many_cpus; /* for 12 bits; the kernel's mask then does not fit in 512 bytes */

extern const ptrdiff_t __rseq_offset __attribute__((weak));
extern const unsigned __rseq_size __attribute__((weak));

static const uint32_t *cpu_word(void) {
  if (too_many_cpus || !&__rseq_offset || !&__rseq_size || !__rseq_size) return &unknown_cpu;
#if defined(__x86_64__)
  const char *thread;
  __asm__("mov %%fs:0, %0" : "=r"(thread));
#elif defined(__i386__)
  const char *thread;
  __asm__("mov %%gs:0, %0" : "=r"(thread));
#else
  const char *thread = __builtin_thread_pointer();
#endif
  return (const uint32_t *)(const void *)(thread + __rseq_offset) + 1; /* cpu_id */
}

/* ---- which thread: gettid is a system call, but the C library keeps the number ----------------------
 *
 * Where it stands in the control block is no interface. It is found once, by the constructor, as the
 * one word that holds what the kernel says. */

static uint32_t *control_block(void) { return (uint32_t *)(uintptr_t)pthread_self(); }

static void find_tid(void) {
#ifdef __GLIBC__
  const uint32_t words = 1024 / 4;
#else
  const uint32_t words = 96 / 4;
#endif
  uint32_t tid = (uint32_t)syscall(SYS_gettid);
  const uint32_t *block = control_block();
  uint32_t found = 0;
  for (uint32_t i = 0; i < words; i++) {
    if (block[i] != tid) continue;
    if (found) return;
    found = i + 1;
  }
  tid_offset = found;
}

int32_t swtrace_tid_here(struct swtrace_process *process) {
  if (!tid_offset) return (int32_t)syscall(SYS_gettid);
  int32_t tid = (int32_t)swtrace_load_relaxed_u32(control_block() + tid_offset - 1);
  return process->stale_tid && tid == process->stale_tid ? process->tid : tid;
}

/* ---- the pool --------------------------------------------------------------------------------------- */

static struct swtrace_place *take_place(struct swtrace_process *process) {
  uint64_t head = __atomic_load_n(&process->places, __ATOMIC_ACQUIRE);
  while ((uint32_t)head) {
    struct swtrace_place *place = &swtrace_places[(uint32_t)head - 1];
    uint64_t next = ((head >> 32) + 1) << 32 | swtrace_load_relaxed_u32(&place->next);
    if (__atomic_compare_exchange_n(&process->places, &head, next, 0, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE))
      return place;
  }
  uint32_t used = swtrace_load_relaxed_u32(&process->places_used);
  do {
    if (used >= SWTRACE_THREADS) return 0;
  } while (!__atomic_compare_exchange_n(&process->places_used, &used, used + 1, 0, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE));
  return &swtrace_places[used];
}

static void give_place(struct swtrace_process *process, struct swtrace_place *place) {
  uint64_t head = __atomic_load_n(&process->places, __ATOMIC_ACQUIRE), next;
  do {
    swtrace_store_relaxed_u32(&place->next, (uint32_t)head);
    next = ((head >> 32) + 1) << 32 | (uint32_t)(place - swtrace_places + 1);
  } while (!__atomic_compare_exchange_n(&process->places, &head, next, 0, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE));
}

struct swtrace_place *swtrace_place_here(struct swtrace_process *process) {
  struct swtrace_thread *old = __atomic_load_n(&swtrace_thread_pointer, __ATOMIC_ACQUIRE);
  struct swtrace_place *place = (struct swtrace_place *)(void *)old;
  if (old != &no_place && place->sentinel == process->sentinel) return place;
  place = take_place(process);
  if (!place) return 0;
  memset(place, 0, sizeof *place);
  place->index = (uint32_t)(place - swtrace_places);
  place->tid = swtrace_tid_here(process);
  place->hot.cpu = cpu_word();
  place->sentinel = process->sentinel;
  SWTRACE_TESTPOINT("thread");
  struct swtrace_thread *seen = old;
  if (!__atomic_compare_exchange_n(&swtrace_thread_pointer, &seen, &place->hot, 0,
                                   __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
    place->sentinel = 0; /* a handler took one meanwhile */
    give_place(process, place);
    return (struct swtrace_place *)(void *)seen;
  }
  if (key_usable) pthread_setspecific(key, place);
  return place;
}

/* ---- the exit hook ---------------------------------------------------------------------------------- */

/* A marker in another key's destructor, after this, takes a new place; the C library then calls the
 * hook again. */
static void leave(void *argument) {
  int saved = errno;
  struct swtrace_place *place = argument;
  struct swtrace_process *process = swtrace_process;
  struct swtrace_thread *here = &place->hot;
  __atomic_compare_exchange_n(&swtrace_thread_pointer, &here, &no_place, 0,
                              __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
  struct swtrace_map map = process->map;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  if (process->sentinel && place->sentinel == process->sentinel) {
    for (uint32_t slot = 0; slot < SWTRACE_SLOTS; slot++) {
      struct swtrace_chunk *chunk = place->hot.chunk[slot];
      if (!chunk) chunk = place->held[slot];
      place->hot.chunk[slot] = place->held[slot] = 0;
      if (chunk) swtrace_chunk_retire(chunk, SWTRACE_CHUNK_DEAD);
      if (place->pending[slot]) {
        struct swtrace_chunk *pending =
            (void *)(map.chunks + (uint64_t)(place->pending[slot] - 1) * 4096);
        if (pending != chunk) swtrace_chunk_give_back(&map, slot, pending);
      }
      swtrace_close_note(&map, place, slot);
    }
    SWTRACE_TESTPOINT("exit");
    place->sentinel = 0;
    give_place(process, place);
  }
  errno = saved;
}

bool swtrace_has_exit_hook(void) { return key_usable; }

void swtrace_threads_prepare(void) {
  char mask[512];
  too_many_cpus = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask) < 0;
  find_tid();
#if defined(__GLIBC__) && !__GLIBC_PREREQ(2, 34)
  if (!pthread_key_create || !pthread_setspecific) return;
#endif
  if (pthread_key_create(&key, leave)) return;
#ifdef __GLIBC__
  key_usable = key < KEYS_IN_THREAD;
#else
  key_usable = true; /* musl keeps all of them in the thread */
#endif
  if (!key_usable) pthread_key_delete(key);
}

/* A plug-in that has this code in it is about to be unmapped: no thread may come back here. */
void swtrace_threads_end(void) {
  if (!key_usable) return;
  key_usable = false;
  pthread_key_delete(key);
}
