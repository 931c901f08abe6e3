/* Two threads that wait for each other through pipes; each computes before it answers.
 *
 * Tells the time that the first one waited, and how long the second one computed meanwhile. */
#include "../../Sources/CSwtrace/include/swtrace.h"
#include "truth.h"

#include <pthread.h>
#include <unistd.h>

enum { rounds = 100 };

static int forth[2], back[2];

static void *pong(void *unused) {
  name_thread("pong");
  char byte;
  for (int i = 0; i < rounds; i++) {
    if (read(forth[0], &byte, 1) != 1) abort();
    spin_ns(3000000);
    if (write(back[1], &byte, 1) != 1) abort();
  }
  return unused;
}

int main(void) {
  if (pipe(forth) || pipe(back)) return 1;
  name_thread("ping");
  pthread_t other;
  pthread_create(&other, 0, pong, 0);
  clockid_t pongs;
  pthread_getcpuclockid(other, &pongs);
  uint64_t wall = 0, inside = 0, answered = 0;
  char byte = 0;
  for (int i = 0; i < rounds; i++) {
    spin_ns(1000000);
    if (write(forth[1], &byte, 1) != 1) return 1;
    uint64_t start = wall_ns();
    {
      SWTRACE_SPAN("ping", "wait", "round", i);
      uint64_t begin = wall_ns(), cpu = clock_ns(pongs);
      if (read(back[0], &byte, 1) != 1) return 1;
      answered += clock_ns(pongs) - cpu;
      inside += wall_ns() - begin;
    }
    wall += wall_ns() - start;
  }
  pthread_join(other, 0);
  tell("count", rounds);
  tell("wall", wall);
  tell("inside", inside);
  tell("pong", answered);
  return 0;
}
