/* A marked shared object, loaded by plugin-host.c.
 *
 * flags: -std=gnu11 -shared -fPIC */
#include "../../Sources/CSwtrace/include/swtrace.h"

#ifndef PLUGIN
#define PLUGIN "one"
#endif

static __attribute__((constructor)) void loaded(void) {
  SWTRACE_EVENT("plugin", PLUGIN "-loaded", "writer", 0);
}
void plugin_hit(long i);
void plugin_hit(long i) { SWTRACE_EVENT("plugin", PLUGIN, "writer", 1, "number", i); }
