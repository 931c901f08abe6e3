/* A thread that wants to compute on a CPU where another one computes all the time.
 *
 * Tells how long it took, how long it had the CPU, and how long the hog had it meanwhile; and what
 * the kernel's own books say of the thread's whole life. */
#define _GNU_SOURCE
#include "../../Sources/CSwtrace/include/swtrace.h"
#include "truth.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

static atomic_int isOver;
static pthread_t hog;

static void *compute(void *unused) {
  name_thread("hog");
  while (!atomic_load_explicit(&isOver, memory_order_relaxed)) {}
  return unused;
}

static int tell_schedstat(void) {
  unsigned long long run, delay;
  FILE *file = fopen("/proc/thread-self/schedstat", "r");
  if (!file || fscanf(file, "%llu %llu", &run, &delay) != 2) return 1;
  fclose(file);
  tell("books_run", run);
  tell("books_delay", delay);
  return 0;
}

int main(void) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  if (sched_setaffinity(0, sizeof one, &one)) return 1;
  name_thread("victim");
  pthread_create(&hog, 0, compute, 0);
  clockid_t hogs;
  pthread_getcpuclockid(hog, &hogs);
  uint64_t wall = 0, inside = 0, ran = 0, hogged = 0;
  for (int round = 0; round < 20; round++) {
    uint64_t start = wall_ns();
    {
      SWTRACE_SPAN("hog", "victim", "round", round);
      uint64_t begin = wall_ns(), cpu = cpu_ns(), other = clock_ns(hogs);
      spin_ns(20000000);
      hogged += clock_ns(hogs) - other;
      ran += cpu_ns() - cpu;
      inside += wall_ns() - begin;
    }
    wall += wall_ns() - start;
  }
  atomic_store(&isOver, 1);
  pthread_join(hog, 0);
  tell("count", 20);
  tell("wall", wall);
  tell("inside", inside);
  tell("run", ran);
  tell("hog", hogged);
  return tell_schedstat();
}
