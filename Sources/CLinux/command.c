#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Signals that this program ignores and that were not ignored when it was started. */
static uint64_t ignored_here;

void swtrace_linux_ignore_signal(int number) {
  struct sigaction before;
  if (sigaction(number, 0, &before) == 0 && before.sa_handler != SIG_IGN)
    ignored_here |= 1ULL << (number - 1);
  signal(number, SIG_IGN);
}

/* Only what is safe between fork and exec of a program with threads. */
static void become(char *const argv[], const struct swtrace_linux_credentials *credentials,
                   uint64_t blocked_signals, struct rlimit descriptors, int go, int failure) {
  char start;
  ssize_t got;
  do got = read(go, &start, 1); while (got < 0 && errno == EINTR);
  if (got != 1) _exit(125);

  setrlimit(RLIMIT_NOFILE, &descriptors);
  for (int number = 1; number < 65; number++) {
    struct sigaction action;
    if (sigaction(number, 0, &action) != 0) continue;
    if (action.sa_handler == SIG_IGN && !(ignored_here >> (number - 1) & 1)) continue;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigaction(number, &action, 0);
  }
  sigset_t mask;
  sigemptyset(&mask);
  for (int number = 1; number < 65; number++)
    if (blocked_signals >> (number - 1) & 1) sigaddset(&mask, number);
  sigprocmask(SIG_SETMASK, &mask, 0);

  int failed = 0;
  if (credentials->change) {
    if (setgroups((size_t)credentials->group_count, credentials->groups) != 0 ||
        setgid(credentials->gid) != 0 || setuid(credentials->uid) != 0)
      failed = errno;
  }
  if (!failed) {
    execvp(argv[0], argv);
    failed = errno;
  }
  ssize_t written = write(failure, &failed, sizeof failed);
  (void)written;
  _exit(failed == ENOENT ? 127 : 126);
}

int swtrace_linux_command_start(struct swtrace_linux_command *command, char *const argv[],
                                const struct swtrace_linux_credentials *credentials,
                                uint64_t blocked_signals, uint64_t soft_descriptors,
                                uint64_t hard_descriptors) {
  int go[2], failure[2];
  if (pipe2(go, O_CLOEXEC) != 0) return errno;
  if (pipe2(failure, O_CLOEXEC) != 0) {
    int error = errno;
    close(go[0]), close(go[1]);
    return error;
  }
  pid_t pid = fork();
  if (pid == 0) {
    close(go[1]);
    struct rlimit descriptors = {soft_descriptors, hard_descriptors};
    become(argv, credentials, blocked_signals, descriptors, go[0], failure[1]);
  }
  int error = errno;
  close(go[0]), close(failure[1]);
  if (pid < 0) {
    close(go[1]), close(failure[0]);
    return error;
  }
  int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
  if (pidfd < 0) {
    error = errno;
    close(go[1]), close(failure[0]);
    waitpid(pid, 0, 0);
    return error;
  }
  *command = (struct swtrace_linux_command){pid, pidfd, go[1], failure[0]};
  return 0;
}

int swtrace_linux_command_go(struct swtrace_linux_command *command) {
  int failed = 0;
  ssize_t moved = write(command->go, "", 1);
  if (moved != 1) failed = errno;
  close(command->go);
  command->go = -1;
  do moved = read(command->failure, &failed, sizeof failed); while (moved < 0 && errno == EINTR);
  close(command->failure);
  command->failure = -1;
  return failed;
}

void swtrace_linux_command_abandon(struct swtrace_linux_command *command) {
  if (command->go >= 0) close(command->go);
  if (command->failure >= 0) close(command->failure);
  waitpid(command->pid, 0, 0);
  if (command->pidfd >= 0) close(command->pidfd);
}
