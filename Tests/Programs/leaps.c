/* leaps COUNT: COUNT times a signal handler leaps out of the thread, most often out of a marker; then
 * app:hit is hit COUNT times in peace. Prints how many hits of app:busy were begun. */
#include <swtrace.h>

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

static sigjmp_buf here;
static volatile long begun;

static void leap(int signal) {
  (void)signal;
  siglongjmp(here, 1);
}

int main(int argc, char **argv) {
  long count = argc > 1 ? atol(argv[1]) : 100;
  volatile long leaps = 0;
  signal(SIGALRM, leap);
  if (sigsetjmp(here, 1)) leaps++;
  if (leaps < count) {
    struct itimerval soon = {{0, 0}, {0, 200}};
    setitimer(ITIMER_REAL, &soon, 0);
    for (;;) {
      begun++;
      SWTRACE_EVENT("app", "busy", "number", (long)begun, "text", "some text that takes a while");
    }
  }
  for (long i = 0; i < count; i++) SWTRACE_EVENT("app", "hit", "who", 0, "number", i);
  printf("%ld\n", begun);
  return 0;
}
