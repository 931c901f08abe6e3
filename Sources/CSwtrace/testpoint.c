/* testpoint.c - in test builds, the end of the process at a named place.
 *
 * SWTRACE_KILL_AT=name[:n] raises SIGKILL when the n-th hit (first: 1) passes the point `name`.
 * SWTRACE_SIGNAL_AT=name[:n] raises SIGUSR1 there instead: what a handler does at that very place. */
#include "runtime.h"

#ifdef SWTRACE_TESTPOINTS
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool due(const char *variable, const char *name, uint32_t *passed) {
  const char *wanted = getenv(variable);
  if (!wanted) return false;
  size_t length = strlen(name);
  if (strncmp(wanted, name, length) || (wanted[length] && wanted[length] != ':')) return false;
  uint32_t number = wanted[length] ? (uint32_t)strtoul(wanted + length + 1, 0, 10) : 1;
  return swtrace_add_u32(passed, 1) + 1 == number;
}

void swtrace_testpoint(const char *name) {
  static uint32_t kills, signals;
  if (due("SWTRACE_KILL_AT", name, &kills)) syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
  if (due("SWTRACE_SIGNAL_AT", name, &signals)) raise(SIGUSR1);
}
#else
typedef int swtrace_no_testpoints;
#endif
