/* A recorder that outlives the terminal it was started from. */
#ifndef SWTRACE_CLINUX_DETACH_H
#define SWTRACE_CLINUX_DETACH_H

#include <sys/types.h>

/* Forks. In the child: a session of its own, standard input from nowhere; returns 0 and in *ready a
   descriptor for `swtrace_linux_detached`. In the parent: returns the child's number, at once, and in
   *ready the descriptor to wait on. -1 with errno. Only while the process has one thread. */
pid_t swtrace_linux_detach(int *ready);

/* In the child: all is well. Standard output and error go nowhere from now on; the parent may end. */
void swtrace_linux_detached(int ready);

/* In the parent: waits for the child to be well. 0, or the child's exit status where it ended. */
int swtrace_linux_wait_detached(pid_t child, int ready);

#endif
