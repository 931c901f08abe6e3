/* What a signal handler needs to give the terminal back. */
#ifndef SWTRACE_CCURSES_RESCUE_H
#define SWTRACE_CCURSES_RESCUE_H

#include <stddef.h>
#include <termios.h>

/* Prepares the bytes and settings that give the terminal back. */
void swtrace_rescue_prepare(int input, int output, const struct termios *found, const char *bytes,
                            size_t count);
/* From now on the terminal is ours: a fatal signal gives it back. */
void swtrace_rescue_arm(void);
/* From now on it is not. */
void swtrace_rescue_disarm(void);
/* Gives it back at once, if it is ours. Safe in a signal handler. */
void swtrace_rescue(void);

/* Returns 0, or -1 with errno. */
int swtrace_rescue_catch_signals(void);
void swtrace_rescue_release_signals(void);
int swtrace_rescue_wake_descriptor(void);

void swtrace_rescue_write(int descriptor, const void *bytes, size_t count);

#endif
