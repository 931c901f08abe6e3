/* A process that switches tracing off when its recorder is killed. */
#ifndef SWTRACE_CLINUX_GUARD_H
#define SWTRACE_CLINUX_GUARD_H

/* Starts a guard over `count` tracefs instances (which need not exist yet). It sleeps until the
   returned descriptor is closed, by the caller or by its death, then writes 0 to each instance's
   `tracing_on` and `events/enable`, where they are still there, and ends. It removes nothing: what
   was not read stays to be recovered. -1 with errno where no process could be had. */
int swtrace_linux_guard_start(const char *const instances[], int count);

#endif
