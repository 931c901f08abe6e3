/* The command under trace: started stopped, let go once tracing is on. */
#ifndef SWTRACE_CLINUX_COMMAND_H
#define SWTRACE_CLINUX_COMMAND_H

#include <stdint.h>
#include <sys/types.h>

struct swtrace_linux_command {
  pid_t pid;
  int pidfd;
  /* Write end of the pipe that the child waits on before exec. */
  int go;
  /* Read end of the pipe that carries exec's errno; end of file when exec went well. */
  int failure;
};

struct swtrace_linux_credentials {
  int change; /* 0: keep those of the caller */
  uid_t uid;
  gid_t gid;
  const gid_t *groups;
  int group_count;
};

/* Forks a child that waits for `swtrace_linux_command_go`, then takes the credentials and executes
   `argv` (found along PATH) with the caller's environment, `mask` as its signal mask, default
   signal actions and `soft_descriptors` and `hard_descriptors` as its
   limits of open files. Returns 0 or an errno. */
int swtrace_linux_command_start(struct swtrace_linux_command *command, char *const argv[],
                                const struct swtrace_linux_credentials *credentials,
                                uint64_t blocked_signals, uint64_t soft_descriptors,
                                uint64_t hard_descriptors);

/* Lets the child execute. Returns 0, or the errno with which exec (or taking the user) failed. */
int swtrace_linux_command_go(struct swtrace_linux_command *command);

/* Ends a child that was never let go. */
void swtrace_linux_command_abandon(struct swtrace_linux_command *command);

/* Ignores a signal in this program; the command gets it as it was. */
void swtrace_linux_ignore_signal(int number);

#endif
