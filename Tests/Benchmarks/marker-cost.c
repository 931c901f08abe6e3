/* What a marker costs, beside the bare clock read, in one run. Prints `what value unit` lines.
 *
 *   cc -O2 -D_GNU_SOURCE -o idle-linked idle.c ../../Sources/CSwtrace/[a-z]*.c -pthread
 *   cc -O2 -DSWTRACE_DISABLE -o idle-bare idle.c
 *   cc -O2 -D_GNU_SOURCE -o marker-cost marker-cost.c ../../Sources/CSwtrace/[a-z]*.c -pthread
 *   ./marker-cost [idle-linked idle-bare]
 *
 * Bursts of hits that are all kept, in chunks that were in use before. Between bursts the program is
 * its own recorder: full chunks are zeroed and given back, outside of the measured time. Medians. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "../../Sources/CSwtrace/include/swtrace.h"
#include "../../Sources/CSwtrace/include/swtrace_runtime.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BURST 100000
#define ROUNDS 61

static uint8_t *base;
static struct swtrace_registry *registry;
static volatile uint64_t sink;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static __attribute__((noinline)) void empty(int n) {
  for (int i = 0; i < n; i++) __asm__ volatile("" : : "r"(i) : "memory");
}
static __attribute__((noinline)) void bare_clock(int n) {
  for (int i = 0; i < n; i++) sink = swtrace_ticks();
}
static __attribute__((noinline)) void off(int n) {
  for (int i = 0; i < n; i++) SWTRACE_EVENT("nobody", "off", "i", i, "n", n);
}
static __attribute__((noinline)) void two_integers(int n) {
  for (int i = 0; i < n; i++) SWTRACE_EVENT("cost", "two", "i", i, "n", n);
}
static __attribute__((noinline)) void with_string(int n) {
  for (int i = 0; i < n; i++)
    SWTRACE_EVENT("cost", "string", "i", i, "n", n, "text", "twenty-one characters");
}
static const char *volatile variable_text = "twenty-one characters";
static __attribute__((noinline)) void with_variable_string(int n) {
  const char *text = variable_text;
  for (int i = 0; i < n; i++) SWTRACE_EVENT("cost", "variable", "i", i, "n", n, "text", text);
}

/* What a recorder does with full chunks, without the reading. Returns the losses counted so far. */
static uint64_t recycle(void) {
  uint32_t *extents = (void *)(base + registry->extents_offset);
  uint32_t(*bits)[2] = (void *)(base + registry->free_offset);
  struct swtrace_slot *slot = (void *)(base + registry->slots_offset);
  struct swtrace_note *notes = (void *)(base + registry->notes_offset);
  for (uint32_t e = 0; e < registry->extent_count; e++) {
    if (!extents[e]) continue;
    uint32_t size = swtrace_class_size(swtrace_extent_class(extents[e]));
    for (uint32_t i = 0; i < SWTRACE_EXTENT_SIZE / size; i++) {
      uint8_t *at = base + registry->chunks_offset + (uint64_t)e * SWTRACE_EXTENT_SIZE + i * size;
      struct swtrace_chunk *chunk = (void *)at;
      uint32_t state = SWTRACE_CHUNK_STATE(chunk->state);
      if (state != SWTRACE_CHUNK_FULL && state != SWTRACE_CHUNK_DEAD) continue;
      uint32_t word = chunk->state & ~7U;
      memset(at, 0, size);
      chunk->magic = SWTRACE_CHUNK_MAGIC;
      chunk->position = SWTRACE_CHUNK_HEADER;
      chunk->end = size;
      swtrace_store_release_u32(&chunk->state, word);
      swtrace_or_u32(&bits[e][i / 32], 1U << i % 32);
      swtrace_add_u32(&slot->supply, 1);
    }
  }
  uint64_t lost = slot->lost;
  for (uint32_t i = 0; i < registry->note_count; i++) lost += notes[i].count;
  return lost;
}

static int by_value(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return a < b ? -1 : a > b;
}
static double median(double *values, int count) {
  qsort(values, (size_t)count, sizeof *values, by_value);
  return values[count / 2];
}

struct job {
  void (*body)(int);
  double time;
};
static pthread_barrier_t barrier;
static void *run_job(void *argument) {
  struct job *job = argument;
  job->body(BURST / 10); /* the thread has its place and its chunk size */
  for (int i = 0; i < 3; i++) job->body(BURST / 10);
  pthread_barrier_wait(&barrier);
  double start = now();
  job->body(BURST);
  job->time = (now() - start) / BURST;
  pthread_barrier_wait(&barrier);
  return 0;
}

static double one(void (*body)(int)) {
  recycle();
  double start = now();
  body(BURST);
  return (now() - start) / BURST;
}
static double two_threads(void (*body)(int)) {
  struct job jobs[2] = {{body, 0}, {body, 0}};
  pthread_t threads[2];
  recycle();
  for (int i = 0; i < 2; i++) pthread_create(&threads[i], 0, run_job, &jobs[i]);
  for (int i = 0; i < 2; i++) pthread_join(threads[i], 0);
  return (jobs[0].time + jobs[1].time) / 2;
}

static double spawn(const char *path) {
  char *arguments[] = {(char *)path, 0}, *environment[] = {"SWTRACE_NOTHING=1", 0};
  pid_t pid;
  double start = now();
  if (posix_spawn(&pid, path, 0, 0, arguments, environment)) exit(1);
  waitpid(pid, 0, 0);
  return now() - start;
}

static void start_up(const char *linked, const char *bare) {
  static double a[501], b[501];
  for (int i = 0; i < 501; i++) {
    a[i] = spawn(linked);
    b[i] = spawn(bare);
  }
  double with = median(a, 501), without = median(b, 501);
  printf("start-up linked %.1f us\nstart-up bare %.1f us\nstart-up cost %.1f us\n", with / 1e3,
         without / 1e3, (with - without) / 1e3);
}

static void map_own_file(const char *directory) {
  DIR *entries = opendir(directory);
  struct dirent *entry;
  while ((entry = readdir(entries)))
    if (strncmp(entry->d_name, "process-", 8) == 0) break;
  if (!entry) exit(1);
  int descriptor = openat(dirfd(entries), entry->d_name, O_RDWR);
  struct stat status;
  if (descriptor < 0 || fstat(descriptor, &status)) exit(1);
  base = mmap(0, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  registry = (void *)base;
  unlinkat(dirfd(entries), entry->d_name, 0);
  close(descriptor);
  closedir(entries);
  rmdir(directory);
}

int main(int argc, char **argv) {
  if (!getenv("SWTRACE_RECORD")) {
    if (argc > 2) start_up(argv[1], argv[2]);
    fflush(stdout);
    char directory[] = "/dev/shm/marker-cost-XXXXXX";
    if (!mkdtemp(directory)) return 1;
    setenv("SWTRACE_RECORD", "cost:*", 1);
    setenv("SWTRACE_BUFFER", "48M", 1);
    setenv("SWTRACE_DIR", directory, 1);
    execv("/proc/self/exe", argv);
    return 1;
  }
  double cold_start = now();
  two_integers(1);
  double first_hit = now() - cold_start;
  map_own_file(getenv("SWTRACE_DIR"));

  struct row {
    const char *name;
    void (*body)(int);
    int threads;
    double times[ROUNDS];
  };
  static struct row rows[] = {
      {"loop alone", empty, 1, {0}},
      {"clock", bare_clock, 1, {0}},
      {"off", off, 1, {0}},
      {"two integers", two_integers, 1, {0}},
      {"two integers, text of 21", with_string, 1, {0}},
      {"two integers, text of 21 (strlen)", with_variable_string, 1, {0}},
      {"clock, 2 threads", bare_clock, 2, {0}},
      {"two integers, 2 threads", two_integers, 2, {0}},
  };
  const int count = sizeof rows / sizeof rows[0];
  pthread_barrier_init(&barrier, 0, 2);
  two_integers(4 * BURST); /* chunk sizes settle, pages become warm */
  uint64_t lost_before = recycle();
  for (int round = 0; round < ROUNDS; round++)
    for (int i = 0; i < count; i++)
      rows[i].times[round] = rows[i].threads == 1 ? one(rows[i].body) : two_threads(rows[i].body);
  uint64_t lost = recycle() - lost_before;
  double clock = median(rows[1].times, ROUNDS);
  printf("first hit of a thread %.0f ns\n", first_hit);
  for (int i = 0; i < count; i++) {
    double value = median(rows[i].times, ROUNDS);
    printf("%s %.2f ns\n", rows[i].name, value);
    if (i > 2) printf("%s / clock %.3f ratio\n", rows[i].name, value / clock);
  }
  /* No chunk is free: every hit is lost, and counted. */
  two_integers(8000000);
  double start = now();
  two_integers(BURST);
  printf("a hit that is lost %.2f ns\n", (now() - start) / BURST);
  printf("lost while measured %llu events\n", (unsigned long long)lost);
  return 0;
}
