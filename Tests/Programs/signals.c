/* A 10 kHz timer whose handler hits markers, while the main program does nothing else.
 *
 * flags: -std=gnu11 */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static volatile long handled;

static void handler(int number) {
  (void)number;
  for (int k = 0; k < 3; k++) {
    handled++;
    SWTRACE_EVENT("signals", "handler", "writer", 2, "number", handled, "text", "in the handler");
  }
}

int main(int argc, char **argv) {
  long count = argc > 1 ? atol(argv[1]) : 1000000;
  static char stack[1 << 16];
  stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
  if (argc > 2) sigaltstack(&alternate, 0);
  struct sigaction action = {.sa_handler = handler, .sa_flags = argc > 2 ? SA_ONSTACK : 0};
  sigaction(SIGRTMIN, &action, 0);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN};
  timer_t timer;
  timer_create(CLOCK_MONOTONIC, &event, &timer);
  struct itimerspec every = {{0, 100000}, {0, 100000}}, never = {{0, 0}, {0, 0}};
  timer_settime(timer, 0, &every, 0);
  for (long i = 1; i <= count; i++)
    SWTRACE_EVENT("signals", "main", "writer", 1, "number", i, "text", "in the program");
  timer_settime(timer, 0, &never, 0);
  printf("hits %ld handled %ld\n", count, handled);
  return 0;
}
