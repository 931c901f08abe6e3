/* A 10 kHz timer whose handler leaves by siglongjmp, out of markers at any place.
 *
 * flags: -std=gnu11 */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static sigjmp_buf back;
static volatile long jumps, started, finished, handled;

static void handler(int number) {
  (void)number;
  handled++;
  SWTRACE_EVENT("longjmp", "handler", "writer", 2, "number", handled);
  jumps++;
  siglongjmp(back, 1);
}

int main(int argc, char **argv) {
  long count = argc > 1 ? atol(argv[1]) : 3000;
  struct sigaction action = {.sa_handler = handler};
  sigaction(SIGRTMIN, &action, 0);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN};
  timer_t timer;
  timer_create(CLOCK_MONOTONIC, &event, &timer);
  struct itimerspec every = {{0, 100000}, {0, 100000}}, never = {{0, 0}, {0, 0}};
  if (sigsetjmp(back, 1) == 0) timer_settime(timer, 0, &every, 0);
  while (jumps < count) {
    started++;
    SWTRACE_EVENT("longjmp", "main", "i", started);
    finished++;
  }
  timer_settime(timer, 0, &never, 0);
  printf("started %ld finished %ld handled %ld\n", started, finished, handled);
  return 0;
}
