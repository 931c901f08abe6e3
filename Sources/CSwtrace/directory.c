/* directory.c - the places where files of processes and sessions lie, opened without trust. */
#include "runtime.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

bool swtrace_privileged(void) { return getauxval(AT_SECURE) != 0; }

/* Copied once, by the constructor: later the environment may be in the middle of a change. */
const char *swtrace_environment(const char *name) {
  static const char *const names[] = {"SWTRACE_DIR",   "SWTRACE_RECORD", "SWTRACE_BUFFER",
                                      "SWTRACE_DEBUG", "SWTRACE_CLOCK",  "SWTRACE_SESSION"};
  static const char *values[sizeof names / sizeof names[0]];
  static char copies[2048];
  static uint32_t copied;
  const size_t count = sizeof names / sizeof names[0];
  if (!swtrace_load_acquire_u32(&copied)) {
    size_t used = 0;
    for (size_t i = 0; i < count && !swtrace_privileged(); i++) {
      const char *value = getenv(names[i]);
      size_t size = value ? strlen(value) + 1 : 0;
      if (!value || size > SWTRACE_PATTERNS_SIZE || used + size > sizeof copies) continue;
      values[i] = memcpy(copies + used, value, size);
      used += size;
    }
    swtrace_store_release_u32(&copied, 1);
  }
  for (size_t i = 0; i < count; i++)
    if (strcmp(names[i], name) == 0) return values[i];
  return 0;
}

size_t swtrace_decimal(char *text, uint64_t value) {
  char digits[20];
  size_t count = 0;
  do digits[count++] = (char)('0' + value % 10);
  while (value /= 10);
  for (size_t i = 0; i < count; i++) text[i] = digits[count - 1 - i];
  text[count] = 0;
  return count;
}

void swtrace_hexadecimal(char *text, uint64_t value, int digits) {
  for (int i = 0; i < digits; i++) text[i] = "0123456789abcdef"[value >> 4 * (digits - 1 - i) & 15];
  text[digits] = 0;
}

void swtrace_say(const char *what, const char *object) {
  const char *wish = swtrace_environment("SWTRACE_DEBUG");
  if (!wish || strcmp(wish, "1")) return;
  char line[256] = "swtrace: ";
  size_t used = strlen(line);
  const char *parts[] = {what, object ? ": " : "", object ? object : "", "\n"};
  for (int i = 0; i < 4; i++)
    for (const char *c = parts[i]; *c && used < sizeof line; c++) line[used++] = *c;
  if (write(2, line, used) < 0) return;
}

/* A directory in which nobody but its owner can put anything. */
static int open_directory(const char *path, uid_t owner, mode_t forbidden) {
  int directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (directory < 0) return -1;
  struct stat status;
  if (fstat(directory, &status) || status.st_uid != owner || (status.st_mode & forbidden)) {
    swtrace_say("directory of another owner or open to others", path);
    close(directory);
    return -1;
  }
  return directory;
}

int swtrace_open_own_directory(char *path, size_t capacity) {
  uid_t owner = geteuid();
  const char *wish = swtrace_environment("SWTRACE_DIR");
  if (wish && wish[0] == '/' && strlen(wish) < capacity) {
    strcpy(path, wish);
    return open_directory(path, owner, 022);
  }
  strcpy(path, "/dev/shm/swtrace-");
  swtrace_decimal(path + strlen(path), owner);
  int directory = open_directory(path, owner, 077);
  if (directory < 0 && errno == ENOENT && mkdir(path, 0700) == 0)
    directory = open_directory(path, owner, 077);
  else if (directory < 0 && errno == EEXIST)
    directory = open_directory(path, owner, 077);
  return directory;
}

int swtrace_open_root_directory(void) { return open_directory("/run/swtrace", 0, 022); }

int swtrace_open_beneath(int directory, const char *name, int flags, int mode) {
  struct {
    uint64_t flags, mode, resolve;
  } how;
  flags |= O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  how.flags = (uint64_t)flags;
  how.mode = (uint64_t)mode;
  how.resolve = 0x08 | 0x04; /* RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS */
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
  int descriptor = (int)syscall(SYS_openat2, directory, name, &how, sizeof how);
  if (descriptor < 0 && (errno == ENOSYS || errno == EPERM) && !strchr(name, '/'))
    descriptor = openat(directory, name, flags, mode);
  return descriptor;
}

void swtrace_each_entry(int directory, void (*visit)(int, const char *, void *), void *argument) {
  struct entry {
    uint64_t inode;
    int64_t offset;
    uint16_t size;
    uint8_t type;
    char name[];
  };
  _Alignas(8) char buffer[2048];
  lseek(directory, 0, SEEK_SET);
  for (;;) {
    long got = syscall(SYS_getdents64, directory, buffer, sizeof buffer);
    if (got <= 0) return;
    for (long at = 0; at < got;) {
      struct entry *entry = (struct entry *)(void *)(buffer + at);
      if (entry->name[0] != '.') visit(directory, entry->name, argument);
      at += entry->size;
    }
  }
}
