/* Looks at itself: threads, open descriptors, output. Prints `threads N descriptors N`.
 *
 * flags: -std=gnu11 */
#include "../../Sources/CSwtrace/include/swtrace.h"

#include <dirent.h>
#include <stdio.h>

static int entries(const char *path) {
  DIR *directory = opendir(path);
  int count = 0;
  for (struct dirent *entry; directory && (entry = readdir(directory));) count += entry->d_name[0] != '.';
  closedir(directory);
  return count;
}

int main(void) {
  for (long i = 1; i <= 1000; i++) SWTRACE_EVENT("quiet", "hit", "writer", 1, "number", i);
  /* One descriptor is the one that looks. */
  printf("threads %d descriptors %d\n", entries("/proc/self/task"), entries("/proc/self/fd") - 1);
  return 0;
}
