/* Loads a marked object, hits its marker and drops it, N times.
 *
 * flags: -std=gnu11 -rdynamic */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  long count = argc > 1 ? atol(argv[1]) : 100, hits = 0;
  for (long i = 1; i <= count; i++) {
    for (int k = 2; k < argc; k++) {
      void *plugin = dlopen(argv[k], RTLD_NOW | RTLD_LOCAL);
      if (!plugin) return fprintf(stderr, "%s\n", dlerror()), 1;
      void (*hit)(long) = (void (*)(long))(size_t)dlsym(plugin, "plugin_hit");
      hit(i);
      dlclose(plugin);
      hits++;
    }
    SWTRACE_EVENT("plugin", "host", "i", i);
  }
  printf("hits %ld\n", hits);
  return 0;
}
