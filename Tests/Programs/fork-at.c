/* A signal handler forks at a named place (SWTRACE_SIGNAL_AT), past the C library's handlers if an argument
 * is "raw". The child hits there at once, if an argument is "hit", and goes on from there in any case.
 *
 * flags: -std=gnu11 -DSWTRACE_TESTPOINTS */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile pid_t child = -1;
static volatile long in_handler;
static volatile int raw;

static void handler(int number) {
  (void)number;
  child = raw ? (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) : fork();
  if (child) return;
  for (long i = 1; i <= in_handler; i++) SWTRACE_EVENT("fork", "hit", "writer", 3, "number", i);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "hit") == 0) in_handler = 500;
    if (strcmp(argv[i], "raw") == 0) raw = 1;
  }
  signal(SIGUSR1, handler);
  for (long i = 1; i <= 20000 && child; i++)
    SWTRACE_EVENT("fork", "hit", "writer", 1, "number", i, "text", "some text to fill it");
  if (child == 0) {
    for (long i = 1; i <= 1000; i++) SWTRACE_EVENT("fork", "hit", "writer", 2, "number", i);
    return 0;
  }
  int status = 1;
  waitpid(child, &status, 0);
  printf("child %d\n", status);
  return 0;
}
