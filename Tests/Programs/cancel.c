/* Threads cancelled at any instruction, and threads that leave by pthread_exit.
 *
 * flags: -std=gnu11 -pthread */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static volatile long started[100], finished[100];

static void *endless(void *argument) {
  long writer = (long)argument;
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, 0);
  for (;;) {
    started[writer]++;
    SWTRACE_EVENT("cancel", "hit", "writer", writer, "number", started[writer]);
    finished[writer]++;
  }
  return 0;
}
static pthread_key_t key;
static void late(void *argument) {
  SWTRACE_EVENT("cancel", "destructor", "writer", (long)argument);
}
static void *leaves(void *argument) {
  pthread_setspecific(key, argument);
  SWTRACE_EVENT("cancel", "exit", "writer", (long)argument);
  pthread_exit(0);
}

int main(void) {
  long sum = 0, whole = 0;
  pthread_key_create(&key, late);
  for (long i = 0; i < 100; i++) {
    pthread_t thread;
    pthread_create(&thread, 0, endless, (void *)i);
    usleep(200);
    pthread_cancel(thread);
    pthread_join(thread, 0);
    pthread_create(&thread, 0, leaves, (void *)(i + 1));
    pthread_join(thread, 0);
  }
  for (int i = 0; i < 100; i++) sum += started[i], whole += finished[i];
  printf("started %ld finished %ld\n", sum, whole);
  return 0;
}
