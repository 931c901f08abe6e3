/* The terminal comes back also from a crash: only what a signal handler may do is done here. */
#include "rescue.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "CCurses.h"

static struct {
  int input, output;
  struct termios found;
  char bytes[512];
  size_t count;
} prepared;

static atomic_int is_ours;
static int wake_pipe[2] = {-1, -1};

static const int fatal[] = {SIGSEGV, SIGBUS,  SIGILL, SIGTRAP, SIGABRT,
                            SIGFPE,  SIGTERM, SIGHUP, SIGINT,  SIGQUIT};
static const int waking[] = {SIGWINCH, SIGTSTP, SIGCONT};
enum { FATAL_COUNT = sizeof fatal / sizeof *fatal, WAKING_COUNT = sizeof waking / sizeof *waking };
static struct sigaction old_fatal[FATAL_COUNT], old_waking[WAKING_COUNT];
static atomic_int is_catching;

/* A terminal whose line is stopped or gone gets a second, not for ever. */
void swtrace_rescue_write(int descriptor, const void *bytes, size_t count) {
  const char *next = bytes;
  while (count > 0) {
    struct pollfd waiting = {.fd = descriptor, .events = POLLOUT};
    int ready = poll(&waiting, 1, 1000);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return;
    ssize_t written = write(descriptor, next, count);
    if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (written <= 0) return;
    next += written;
    count -= (size_t)written;
  }
}

void swtrace_rescue_prepare(int input, int output, const struct termios *found, const char *bytes,
                            size_t count) {
  prepared.input = input;
  prepared.output = output;
  prepared.found = *found;
  prepared.count = count < sizeof prepared.bytes ? count : sizeof prepared.bytes;
  memcpy(prepared.bytes, bytes, prepared.count);
}

void swtrace_rescue_arm(void) { atomic_store(&is_ours, 1); }

void swtrace_rescue_disarm(void) { atomic_store(&is_ours, 0); }

void swtrace_rescue(void) {
  if (!atomic_exchange(&is_ours, 0)) return;
  int error = errno;
  swtrace_rescue_write(prepared.output, prepared.bytes, prepared.count);
  /* A process in the background must not be stopped for it. */
  sigset_t block, before;
  sigemptyset(&block);
  sigaddset(&block, SIGTTOU);
  pthread_sigmask(SIG_BLOCK, &block, &before);
  tcsetattr(prepared.input, TCSANOW, &prepared.found);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  errno = error;
}

/* The signal comes again, with the action of before: a fault by running into it again, others by
   being raised, when this handler has returned. */
static void die(int number) {
  swtrace_rescue();
  for (int i = 0; i < FATAL_COUNT; i++)
    if (fatal[i] == number) sigaction(number, &old_fatal[i], NULL);
  raise(number);
}

static void wake(int number) {
  int error = errno;
  char byte = number == SIGWINCH  ? SWTRACE_CURSES_RESIZED
              : number == SIGTSTP ? SWTRACE_CURSES_STOP_ASKED
                                  : SWTRACE_CURSES_CONTINUED;
  /* A full pipe wakes as well. */
  ssize_t ignored = write(wake_pipe[1], &byte, 1);
  (void)ignored;
  errno = error;
}

static void catch_signal(int number, void (*handler)(int), int flags, struct sigaction *old) {
  if (sigaction(number, NULL, old) != 0) return;
  if (old->sa_handler == SIG_IGN && number != SIGWINCH) return;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, NULL);
}

int swtrace_rescue_catch_signals(void) {
  static int is_registered;
  static char stack[65536];
  if (wake_pipe[0] < 0 && pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  if (!is_registered) {
    is_registered = 1;
    atexit(swtrace_rescue);
  }
  stack_t old_stack;
  if (sigaltstack(NULL, &old_stack) == 0 && (old_stack.ss_flags & SS_DISABLE)) {
    stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&own, NULL);
  }
  for (int i = 0; i < FATAL_COUNT; i++)
    catch_signal(fatal[i], die, SA_ONSTACK, &old_fatal[i]);
  for (int i = 0; i < WAKING_COUNT; i++)
    catch_signal(waking[i], wake, SA_RESTART | SA_ONSTACK, &old_waking[i]);
  atomic_store(&is_catching, 1);
  return 0;
}

void swtrace_rescue_release_signals(void) {
  if (!atomic_exchange(&is_catching, 0)) return;
  for (int i = 0; i < FATAL_COUNT; i++) sigaction(fatal[i], &old_fatal[i], NULL);
  for (int i = 0; i < WAKING_COUNT; i++) sigaction(waking[i], &old_waking[i], NULL);
}

int swtrace_rescue_wake_descriptor(void) { return wake_pipe[0]; }
