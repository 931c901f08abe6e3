/* Reads a file past the page cache.
 *
 * Tells the time of all reads, how much of it the thread computed, and the bytes; or `unsupported`
 * where the file system of the working folder has no O_DIRECT. */
#define _GNU_SOURCE
#include "../../Sources/CSwtrace/include/swtrace.h"
#include "truth.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { piece = 2 << 20, pieces = 16, reads = 100 };

int main(void) {
  void *buffer;
  if (posix_memalign(&buffer, 4096, piece)) return 1;
  memset(buffer, 1, piece);
  int file = open("direct-reads.data", O_RDWR | O_CREAT | O_TRUNC, 0600);
  if (file < 0) return 1;
  for (int i = 0; i < pieces; i++)
    if (write(file, buffer, piece) != piece) return 1;
  if (fsync(file) || close(file)) return 1;
  file = open("direct-reads.data", O_RDONLY | O_DIRECT);
  if (file < 0) {
    puts("unsupported");
    return 0;
  }
  name_thread("direct");
  uint64_t wall = 0, inside = 0, ran = 0;
  for (int i = 0; i < reads; i++) {
    uint64_t start = wall_ns();
    {
      SWTRACE_SPAN("direct", "read", "place", i);
      uint64_t begin = wall_ns(), cpu = cpu_ns();
      if (pread(file, buffer, piece, (off_t)(i * 7 % pieces) * piece) != piece) return 1;
      ran += cpu_ns() - cpu;
      inside += wall_ns() - begin;
    }
    wall += wall_ns() - start;
  }
  tell("count", reads);
  tell("wall", wall);
  tell("inside", inside);
  tell("run", ran);
  tell("bytes", (uint64_t)reads * piece);
  return 0;
}
