/* A marker inside malloc, preloaded under programs that know nothing of it.
 *
 * flags: -std=gnu11 -shared -fPIC */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <stddef.h>

extern void *__libc_malloc(size_t size);
extern void __libc_free(void *pointer);
void *malloc(size_t size);
void free(void *pointer);

void *malloc(size_t size) {
  void *pointer = __libc_malloc(size);
  SWTRACE_EVENT("libc", "malloc", "size", size, "pointer", pointer);
  return pointer;
}
void free(void *pointer) {
  SWTRACE_EVENT("libc", "free", "pointer", pointer);
  __libc_free(pointer);
}
