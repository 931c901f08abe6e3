/* swtrace_recorder.h - how a recorder changes words in a live program's file (swtrace_layout.h).
 *
 * futex(FUTEX_WAKE_OP) lets the kernel do one atomic operation on a word of the mapping: atomic
 * against the program and against other recorders, and EFAULT instead of SIGBUS when the producer
 * truncated its file. Nobody sleeps on these words; the futex is used for its operation alone.
 *
 * Each function returns 0 or the negative errno (-EFAULT: the file has shrunk; drop the producer).
 */
#ifndef SWTRACE_RECORDER_H
#define SWTRACE_RECORDER_H

#include "swtrace_layout.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SWTRACE_FUTEX_WAKE_OP 5
#define SWTRACE_FUTEX_SET 0U
#define SWTRACE_FUTEX_ADD 1U
#define SWTRACE_FUTEX_OR 2U
#define SWTRACE_FUTEX_ANDN 3U
#define SWTRACE_FUTEX_XOR 4U
#define SWTRACE_FUTEX_SHIFTED 8U /* the operand is 1 << operand */

static inline int swtrace_futex_operation(uint32_t *word, uint32_t operation, uint32_t operand) {
  int saved = errno;
#ifdef SYS_futex
  long number = SYS_futex;
#else
  long number = SYS_futex_time64;
#endif
  /* operation:4, comparison:4 (never true for a wake that matters), operand:12, comparand:12 */
  uint32_t encoded = operation << 28 | (operand & 0xfffU) << 12;
  long result = syscall(number, word, SWTRACE_FUTEX_WAKE_OP, 0, (void *)0, word, encoded);
  int error = result < 0 ? -errno : 0;
  errno = saved;
  return error;
}
/* Sets or clears bit `bit` (0..31). */
static inline int swtrace_futex_set_bit(uint32_t *word, uint32_t bit) {
  return swtrace_futex_operation(word, SWTRACE_FUTEX_OR | SWTRACE_FUTEX_SHIFTED, bit);
}
static inline int swtrace_futex_clear_bit(uint32_t *word, uint32_t bit) {
  return swtrace_futex_operation(word, SWTRACE_FUTEX_ANDN | SWTRACE_FUTEX_SHIFTED, bit);
}
/* Adds or stores a value from -2048 to 2047. */
static inline int swtrace_futex_add(uint32_t *word, int32_t value) {
  return swtrace_futex_operation(word, SWTRACE_FUTEX_ADD, (uint32_t)value);
}
static inline int swtrace_futex_store(uint32_t *word, int32_t value) {
  return swtrace_futex_operation(word, SWTRACE_FUTEX_SET, (uint32_t)value);
}

#endif
