/* swtrace_swift.h - what the rooms Swtrace and SwtraceMarkers need beside swtrace_runtime.h. For
 * Swift's importer; not installed. */
#ifndef SWTRACE_SWIFT_H
#define SWTRACE_SWIFT_H

#include "swtrace_runtime.h"

/* Four zero bytes: what a marker's switch_word.address points to until it is registered. Declared as
 * a function because a constant of Swift can hold the address of a function, and of nothing else. */
#ifdef __swift__
void swtrace_switch_zero(void);

/* The task that runs on this thread, 0 outside of tasks: entry points of the Swift runtime, taken
 * under other names since Swift code may not name them. */
__attribute__((swiftcall)) void *swtrace_swift_task(void) __asm__("swift_task_getCurrent");
__attribute__((swiftcall)) uint64_t swtrace_swift_task_number(void *task) __asm__(
    "swift_task_getJobTaskId");

/* The number of the running task; the runtime counts tasks from 1 and uses no number again. */
SWTRACE_INLINE uint64_t swtrace_task_number(void) {
  void *task = swtrace_swift_task();
  return task ? swtrace_swift_task_number(task) : 0;
}
#endif

#endif
