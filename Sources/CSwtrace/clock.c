/* clock.c - which clock this machine's programs use, and all clocks at once. */
/* The slow path can afford the ordered clock always: its callers may have asked for it. */
#define SWTRACE_ORDERED_CLOCK 1
#include "runtime.h"

#include <time.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
#include <sys/platform/x86.h>
#endif

/* Invariant TSC: ticks at one rate in all states, on all CPUs. The C library has asked already; in a
 * virtual machine every cpuid instruction costs tens of microseconds. */
static bool counter_is_invariant(void) {
#ifdef x86_cpu_INVARIANT_TSC
  return x86_cpu_present(x86_cpu_INVARIANT_TSC);
#elif defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
  return __x86_get_cpuid_feature_leaf(CPUID_INDEX_80000007)->cpuid_array[3] & 1U << 8;
#endif
  unsigned a, b, c, d;
  if (!__get_cpuid(0x80000007, &a, &b, &c, &d)) return false;
  return d & 1U << 8;
}
#else
static bool counter_is_invariant(void) { return SWTRACE_TICKS_CLOCK == SWTRACE_CLOCK_PROCESSOR; }
#endif

static uint64_t nanoseconds(clockid_t clock) {
  struct timespec now = {0, 0};
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint32_t swtrace_clock(void) {
  static uint32_t known;
  uint32_t clock = swtrace_load_relaxed_u32(&known);
  if (!clock) {
    clock = counter_is_invariant() ? SWTRACE_TICKS_CLOCK : SWTRACE_CLOCK_MONOTONIC;
    const char *wish = swtrace_environment("SWTRACE_CLOCK");
    if (wish && strcmp(wish, "monotonic") == 0) clock = SWTRACE_CLOCK_MONOTONIC;
    swtrace_store_relaxed_u32(&known, clock);
  }
  return clock;
}

uint64_t swtrace_now(void) {
  return swtrace_clock() == SWTRACE_TICKS_CLOCK ? swtrace_ticks() : nanoseconds(CLOCK_MONOTONIC);
}

struct swtrace_reading swtrace_read_clocks(void) {
  struct swtrace_reading reading;
  uint64_t before = SWTRACE_TICKS_CLOCK == SWTRACE_CLOCK_PROCESSOR ? swtrace_ticks() : 0;
  reading.monotonic = nanoseconds(CLOCK_MONOTONIC);
  reading.realtime = nanoseconds(CLOCK_REALTIME);
  reading.boottime = nanoseconds(CLOCK_BOOTTIME);
  uint64_t after = SWTRACE_TICKS_CLOCK == SWTRACE_CLOCK_PROCESSOR ? swtrace_ticks() : 0;
  reading.processor = swtrace_clock() == SWTRACE_CLOCK_PROCESSOR ? before + (after - before) / 2 : 0;
  return reading;
}
