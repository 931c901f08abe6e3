/* The socket by which a recorder is told to stop or to write a snapshot. */
#ifndef SWTRACE_CLINUX_CONTROL_H
#define SWTRACE_CLINUX_CONTROL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Makes a listening socket (SOCK_SEQPACKET, mode 0600) of this name in a directory. Returns a
   descriptor, or -1 with errno. */
int swtrace_linux_control_listen(int directory, const char *name);

/* Connects to such a socket. Returns a descriptor, or -1 with errno. */
int swtrace_linux_control_connect(int directory, const char *name);

/* Takes the next connection and tells who is at its other end, as the kernel knows it. Returns a
   descriptor that never blocks, or -1 with errno. */
int swtrace_linux_control_accept(int listener, uid_t *user);

/* Sends one message, with a descriptor where `passed` is not negative. Returns 0 or an errno. */
int swtrace_linux_control_send(int descriptor, const void *bytes, size_t count, int passed);

/* Receives one message without waiting, and the descriptor that came with it (-1: none). Returns its
   length, 0 where the other end has gone, or the negative errno. */
long swtrace_linux_control_receive(int descriptor, void *bytes, size_t capacity, int *passed);

/* Renames within a directory unless the new name is taken. Returns 0 or an errno. */
int swtrace_linux_rename_new(int directory, const char *name, const char *new_name);

#endif
