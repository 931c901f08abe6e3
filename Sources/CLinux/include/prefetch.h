/* Memory that is read soon. */
#ifndef SWTRACE_CLINUX_PREFETCH_H
#define SWTRACE_CLINUX_PREFETCH_H

/* Any address will do: one that is not mapped is passed by. */
static inline void swtrace_linux_prefetch(const void *address) { __builtin_prefetch(address); }

#endif
