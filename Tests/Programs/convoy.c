/* Four threads that queue for one lock: who has it computes with it.
 *
 * Tells the time of all waits, and how much of it the holder had a CPU. */
#include "../../Sources/CSwtrace/include/swtrace.h"
#include "truth.h"

#include <pthread.h>
#include <stdatomic.h>

enum { threads = 4, rounds = 40 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int waiters;
static atomic_ullong waited, inside, held;

static void *work(void *unused) {
  name_thread("convoy");
  for (int round = 0; round < rounds; round++) {
    uint64_t start = wall_ns();
    atomic_fetch_add(&waiters, 1);
    {
      SWTRACE_SPAN("convoy", "wait", "round", round);
      uint64_t begin = wall_ns();
      pthread_mutex_lock(&lock);
      atomic_fetch_add(&inside, wall_ns() - begin);
    }
    atomic_fetch_sub(&waiters, 1);
    atomic_fetch_add(&waited, wall_ns() - start);
    for (int step = 0; step < 20; step++) {
      uint64_t before = cpu_ns();
      spin_ns(100000);
      atomic_fetch_add(&held, (cpu_ns() - before) * (uint64_t)atomic_load(&waiters));
    }
    pthread_mutex_unlock(&lock);
    /* Away long enough for who was woken to take the lock. */
    spin_ns(300000);
  }
  return unused;
}

int main(void) {
  pthread_t all[threads];
  for (int i = 0; i < threads; i++) pthread_create(&all[i], 0, work, 0);
  for (int i = 0; i < threads; i++) pthread_join(all[i], 0);
  tell("count", threads * rounds);
  tell("wall", waited);
  tell("inside", inside);
  tell("lock", held);
  return 0;
}
