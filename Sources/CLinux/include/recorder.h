/* What a recorder's threads need of Linux: clocks, priorities, signals as descriptors. */
#ifndef SWTRACE_CLINUX_RECORDER_H
#define SWTRACE_CLINUX_RECORDER_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The processor's counter, 0 on machines where programs cannot read one. */
static inline uint64_t swtrace_linux_processor_ticks(void) {
#if defined(__x86_64__) || defined(__i386__)
  return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
  uint64_t ticks;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
  return ticks;
#else
  return 0;
#endif
}

static inline uint64_t swtrace_linux_nanoseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Processor ticks, CLOCK_MONOTONIC, CLOCK_REALTIME and CLOCK_BOOTTIME of one instant: the tightest
   of several tries, each clock taken between two readings of the processor's counter. */
static inline void swtrace_linux_read_clocks(uint64_t reading[4]) {
  uint64_t best = UINT64_MAX;
  for (int attempt = 0; attempt < 16; attempt++) {
    uint64_t before = swtrace_linux_processor_ticks();
    uint64_t monotonic = swtrace_linux_nanoseconds(CLOCK_MONOTONIC);
    uint64_t after = swtrace_linux_processor_ticks();
    uint64_t realtime = swtrace_linux_nanoseconds(CLOCK_REALTIME);
    uint64_t boottime = swtrace_linux_nanoseconds(CLOCK_BOOTTIME);
    uint64_t again = swtrace_linux_nanoseconds(CLOCK_MONOTONIC);
    uint64_t width = (after - before) + (again - monotonic);
    if (width >= best) continue;
    best = width;
    uint64_t drift = (again - monotonic) / 3;
    reading[0] = before + (after - before) / 2;
    reading[1] = monotonic;
    reading[2] = realtime - drift;
    reading[3] = boottime - 2 * drift;
  }
}

static inline int swtrace_linux_thread_number(void) { return (int)syscall(SYS_gettid); }

/* Sets the nice value of one thread. Returns 0 or an errno. */
static inline int swtrace_linux_set_nice(int thread, int nice) {
  return setpriority(PRIO_PROCESS, (id_t)thread, nice) == 0 ? 0 : errno;
}

/* Signals that are read instead of delivered: blocks them in the caller (and in threads it makes
   from now on), tells the mask that was in force, returns a descriptor or -1 with errno. */
static inline int swtrace_linux_signal_descriptor(const int *signals, int count,
                                                  uint64_t *mask_before) {
  sigset_t mask, before;
  sigemptyset(&mask);
  for (int index = 0; index < count; index++) sigaddset(&mask, signals[index]);
  if (pthread_sigmask(SIG_BLOCK, &mask, &before) != 0) return -1;
  *mask_before = 0;
  for (int number = 1; number < 65; number++)
    if (sigismember(&before, number) == 1) *mask_before |= (uint64_t)1 << (number - 1);
  return signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* The next signal of a signal descriptor, 0 where none waits; SWTRACE_LINUX_SENT is added where a
   process sent it, rather than a terminal. */
#define SWTRACE_LINUX_SENT 0x100
static inline int swtrace_linux_next_signal(int descriptor) {
  struct signalfd_siginfo signal;
  if (read(descriptor, &signal, sizeof signal) != (ssize_t)sizeof signal) return 0;
  return (int)signal.ssi_signo | (signal.ssi_code <= 0 ? SWTRACE_LINUX_SENT : 0);
}

static inline void swtrace_linux_restore_signals(uint64_t mask) {
  sigset_t set;
  sigemptyset(&set);
  for (int number = 1; number < 65; number++)
    if (mask >> (number - 1) & 1) sigaddset(&set, number);
  pthread_sigmask(SIG_SETMASK, &set, 0);
}

/* The user and system CPU time of the calling process, in nanoseconds. */
static inline uint64_t swtrace_linux_process_cpu_time(void) {
  return swtrace_linux_nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
}

static inline int swtrace_linux_open(const char *path, int flags, mode_t mode) {
  return open(path, flags, mode);
}

/* Status of an ended child as a shell would tell it: its exit code, or 128 + the signal. -1 while
   it runs. */
static inline int swtrace_linux_exit_status(pid_t pid) {
  int status;
  pid_t got;
  do got = waitpid(pid, &status, WNOHANG); while (got < 0 && errno == EINTR);
  if (got != pid) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* CPUs that a thread may use: fills `mask`, returns its bytes or -1. */
static inline long swtrace_linux_affinity(int thread, uint64_t *mask, unsigned long bytes) {
  return syscall(SYS_sched_getaffinity, thread, bytes, mask);
}

/* Names the calling thread, as far as 15 bytes go. */
static inline void swtrace_linux_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

/* The machine's name as `uname -m` prints it. */
static inline const char *swtrace_linux_machine(struct utsname *name) {
  return uname(name) == 0 ? name->machine : "";
}

/* A system call that does nothing, never answered out of libc's memory. */
static inline void swtrace_linux_null_system_call(void) { syscall(SYS_getppid); }

#endif
