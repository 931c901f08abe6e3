/* What a program measures of itself, to hold answers about it against. */
#ifndef TRUTH_H
#define TRUTH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

static inline uint64_t clock_ns(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static inline uint64_t wall_ns(void) { return clock_ns(CLOCK_MONOTONIC); }
static inline uint64_t cpu_ns(void) { return clock_ns(CLOCK_THREAD_CPUTIME_ID); }

/* Computes until the thread has had the CPU for so long. */
static inline void spin_ns(uint64_t time) {
  uint64_t end = cpu_ns() + time;
  while (cpu_ns() < end) {}
}

static inline void name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

static inline void tell(const char *what, uint64_t value) {
  printf("%s %llu\n", what, (unsigned long long)value);
}

#endif
