/* Three threads that hand on a lock which knows its owner (PI): the kernel gives it to the next.
 *
 * Tells how often somebody had to wait for it, and how long those who had to wait then had it. */
#include "truth.h"

#include <pthread.h>
#include <stdatomic.h>

enum { threads = 3, rounds = 60 };

static pthread_mutex_t lock;
static atomic_ullong count, held;

static void *work(void *unused) {
  name_thread("heir");
  for (int round = 0; round < rounds; round++) {
    int waited = pthread_mutex_trylock(&lock) != 0;
    if (waited) pthread_mutex_lock(&lock);
    uint64_t start = wall_ns();
    spin_ns(1000000);
    uint64_t end = wall_ns();
    pthread_mutex_unlock(&lock);
    if (waited) {
      atomic_fetch_add(&held, end - start);
      atomic_fetch_add(&count, 1);
    }
  }
  return unused;
}

int main(void) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
  pthread_mutex_init(&lock, &attributes);
  pthread_t all[threads];
  for (int i = 0; i < threads; i++) pthread_create(&all[i], 0, work, 0);
  for (int i = 0; i < threads; i++) pthread_join(all[i], 0);
  tell("count", count);
  tell("held", held);
  return 0;
}
