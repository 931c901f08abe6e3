/* What malloc gives back to the system, and when. */
#ifndef SWTRACE_CLINUX_MEMORY_H
#define SWTRACE_CLINUX_MEMORY_H

#include <malloc.h>

/* Keeps freed memory up to 128 MiB for what is allocated next: blocks of a trace come and go by the
   megabyte, and fresh pages cost more than decoding into them. */
static inline void swtrace_linux_keep_freed_memory(void) {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 128 << 20);
}

#endif
