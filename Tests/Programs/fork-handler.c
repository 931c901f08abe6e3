/* Forks in a signal handler that interrupts a marker; parent and child go on with it.
 *
 * flags: -std=gnu11 */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t forks;
static volatile int generation;

static void handler(int number) {
  (void)number;
  if (generation || forks >= 50) return;
  forks++;
  pid_t child = fork();
  if (child == 0) generation = 1;
}

int main(void) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, 0);
  struct itimerval timer = {{0, 300}, {0, 300}};
  setitimer(ITIMER_REAL, &timer, 0);
  long done = 0;
  for (long i = 1; forks < 50 && !generation; i++) {
    SWTRACE_EVENT("fork", "loop", "writer", 1, "number", i);
    done = i;
  }
  if (generation) {
    for (long i = 1; i <= 100; i++) SWTRACE_EVENT("fork", "child", "writer", 2, "number", i);
    _exit(0);
  }
  int status, bad = 0;
  while (wait(&status) > 0) bad += status != 0;
  printf("hits %ld children %d bad %d\n", done, (int)forks, bad);
  return 0;
}
