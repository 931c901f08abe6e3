/* file.c - the file of a process: made, published, grown, removed. Layout: swtrace_layout.h. */
#include "runtime.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOTES 64U
#define MARKERS_MAX 65536U
#define TABLE_SIZE (4U << 20)
#define MARKERS_SPARE 256U   /* switches backed ahead, for dlopen and markers made at run time */
#define TABLE_SPARE 12288U   /* bytes of descriptions, likewise */
#define EXTENTS_MAX (sizeof(void *) == 8 ? 1024U : 128U) /* 256 MiB */
#define EXTENTS_MIN 16U
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

static uint64_t round_up(uint64_t value, uint64_t unit) { return (value + unit - 1) / unit * unit; }

static void make_nonce(uint64_t nonce[2]) {
  if (syscall(SYS_getrandom, nonce, 16, GRND_NONBLOCK) == 16) return;
  /* Before the kernel has entropy (early boot): unlike is enough, it is no secret. */
  struct swtrace_reading reading = swtrace_read_clocks();
  nonce[0] = reading.processor * 0x9e3779b97f4a7c15u ^ reading.realtime;
  nonce[1] = ((uint64_t)getpid() << 32 ^ reading.monotonic) * 0xbf58476d1ce4e5b9u;
}

static bool back(int descriptor, uint64_t offset, uint64_t size) {
  for (int attempt = 0; attempt < 64; attempt++) {
    if (fallocate(descriptor, 0, (off_t)offset, (off_t)size) == 0) return true;
    if (errno != EINTR) break;
  }
  if (errno != EOPNOTSUPP && errno != ENOSYS) return false;
  static const char zeros[4096];
  for (uint64_t done = 0; done < size;) {
    uint64_t part = size - done < sizeof zeros ? size - done : sizeof zeros;
    ssize_t wrote = pwrite(descriptor, zeros, part, (off_t)(offset + done));
    if (wrote <= 0) return false;
    done += (uint64_t)wrote;
  }
  return true;
}

static void lay_out(struct swtrace_registry *registry, uint32_t extents, uint64_t page) {
  registry->slots_offset = sizeof *registry;
  registry->slot_count = SWTRACE_SLOTS;
  registry->patterns_offset = registry->slots_offset + SWTRACE_SLOTS * sizeof(struct swtrace_slot);
  registry->notes_offset =
      round_up(registry->patterns_offset + SWTRACE_SLOTS * SWTRACE_PATTERNS_SIZE, 64);
  registry->note_count = NOTES;
  registry->extents_offset = registry->notes_offset + NOTES * sizeof(struct swtrace_note);
  registry->extent_count = extents;
  registry->own_first = extents / 2;
  registry->free_offset = registry->extents_offset + extents * 4;
  registry->markers_offset = round_up(registry->free_offset + extents * 8, page);
  registry->marker_capacity = MARKERS_MAX;
  registry->table_offset = registry->markers_offset + MARKERS_MAX * sizeof(struct swtrace_switch);
  registry->table_capacity = TABLE_SIZE;
  registry->chunks_offset = round_up(registry->table_offset + TABLE_SIZE, 65536);
  registry->mapped_size = registry->chunks_offset + (uint64_t)extents * SWTRACE_EXTENT_SIZE;

  uint32_t markers, bytes;
  swtrace_markers_measure(&markers, &bytes);
  uint64_t switches = round_up((markers + MARKERS_SPARE) * sizeof(struct swtrace_switch), page);
  uint64_t table = round_up(bytes + TABLE_SPARE, page);
  registry->markers_backed = (uint32_t)(switches < MARKERS_MAX * 8 ? switches : MARKERS_MAX * 8);
  registry->table_backed = (uint32_t)(table < TABLE_SIZE ? table : TABLE_SIZE);
}

/* As exec was told it: the first look into /proc would cost more than all the rest. */
static void name_executable(char *path, size_t capacity) {
  const char *told = (const char *)getauxval(AT_EXECFN);
  if (!told) return;
  size_t used = 0;
  if (told[0] != '/') {
    long length = syscall(SYS_getcwd, path, capacity / 2);
    if (length > 1 && path[0] == '/') {
      used = (size_t)length - 1;
      if (used > 1) path[used++] = '/';
    }
  }
  strncpy(path + used, told, capacity - used - 1);
}

static void describe(struct swtrace_registry *registry) {
  registry->magic = SWTRACE_REGISTRY_MAGIC;
  registry->layout_version = SWTRACE_LAYOUT_VERSION;
  registry->layout_hash = SWTRACE_LAYOUT_HASH;
  registry->header_size = sizeof *registry;
  registry->word_size = sizeof(void *);
  registry->pid = getpid();
  registry->state = SWTRACE_PROCESS_STARTING;
  registry->clock = swtrace_clock();
  registry->start = swtrace_read_clocks();
  if (!swtrace_wiped_by_kernel) registry->flags |= SWTRACE_PROCESS_NO_WIPE;
  if (!swtrace_has_exit_hook()) registry->flags |= SWTRACE_PROCESS_NO_EXIT_HOOK;
  name_executable(registry->executable, sizeof registry->executable);
}

/* Size, memory and mapping. A file larger than RLIMIT_FSIZE would be a SIGXFSZ. */
static bool furnish(struct swtrace_process *process, int descriptor,
                    const struct swtrace_registry *model) {
  struct swtrace_registry header = *model;
  uint64_t page = getauxval(AT_PAGESZ);
  if (page < 4096) page = 4096;
  struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
  getrlimit(RLIMIT_FSIZE, &limit);
  for (uint32_t extents = EXTENTS_MAX; extents >= EXTENTS_MIN; extents /= 2) {
    lay_out(&header, extents, page);
    if (limit.rlim_cur != RLIM_INFINITY && header.mapped_size > limit.rlim_cur) continue;
    if (ftruncate(descriptor, (off_t)header.mapped_size)) return false;
    void *vacant = swtrace_vacant_mapping(header.mapped_size);
    void *base = mmap(vacant, header.mapped_size, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_NORESERVE | (vacant ? MAP_FIXED : 0), descriptor, 0);
    if (base == MAP_FAILED) continue;
    if (!back(descriptor, 0, header.markers_offset + header.markers_backed) ||
        !back(descriptor, header.table_offset, header.table_backed)) {
      munmap(base, header.mapped_size);
      return false;
    }
    if (!process->map.named) {
      /* It goes with the process, so that a core dump is all that is left of it; but a dump would
       * fill the holes. */
      madvise(base, header.mapped_size, MADV_DONTDUMP);
      madvise(base, header.markers_offset + header.markers_backed, MADV_DODUMP);
      madvise((uint8_t *)base + header.table_offset, header.table_backed, MADV_DODUMP);
    }
    process->map.base = base;
    process->map.size = header.mapped_size;
    process->map.registry = base;
    memcpy(base, &header, sizeof header);
    process->map.slots = (void *)(process->map.base + header.slots_offset);
    process->map.notes = (void *)(process->map.base + header.notes_offset);
    process->map.extents = (void *)(process->map.base + header.extents_offset);
    process->map.free = (void *)(process->map.base + header.free_offset);
    process->map.switches = (void *)(process->map.base + header.markers_offset);
    process->map.table = process->map.base + header.table_offset;
    process->map.chunks = process->map.base + header.chunks_offset;
    return true;
  }
  return false;
}

bool swtrace_file_create(struct swtrace_process *process, struct swtrace_file *file) {
  struct swtrace_registry header;
  memset(&header, 0, sizeof header);
  describe(&header);
  make_nonce(header.nonce);
  char *end = process->name;
  strcpy(end, "process-");
  end += strlen(end);
  end += swtrace_decimal(end, (uint64_t)header.pid);
  *end++ = '-';
  swtrace_hexadecimal(end, header.nonce[0], 16);
  swtrace_hexadecimal(end + 16, header.nonce[1], 16);
  file->temporary[0] = '.';
  strcpy(file->temporary + 1, process->name);

  file->descriptor = -1;
  file->directory = swtrace_open_own_directory(process->directory, sizeof process->directory);
  if (file->directory >= 0) {
    file->descriptor =
        swtrace_open_beneath(file->directory, file->temporary, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (file->descriptor >= 0) {
      process->map.named = true;
      if (furnish(process, file->descriptor, &header)) return true;
      swtrace_say("no memory for a file in", process->directory);
      process->map.named = false;
      unlinkat(file->directory, file->temporary, 0);
      close(file->descriptor);
    }
  }
  file->descriptor = (int)syscall(SYS_memfd_create, "swtrace-process", 1 /* MFD_CLOEXEC */);
  if (file->descriptor >= 0) {
    if (furnish(process, file->descriptor, &header)) return true;
    close(file->descriptor);
    file->descriptor = -1;
  }
  swtrace_say("no memory for markers; they stay off", 0);
  swtrace_file_close(file);
  return false;
}

void swtrace_file_publish(struct swtrace_process *process, struct swtrace_file *file) {
  if (process->map.named &&
      renameat(file->directory, file->temporary, file->directory, process->name)) {
    unlinkat(file->directory, file->temporary, 0);
    process->map.named = false;
  }
}

void swtrace_file_close(struct swtrace_file *file) {
  if (file->descriptor >= 0) close(file->descriptor);
  if (file->directory >= 0) close(file->directory);
  file->descriptor = file->directory = -1;
}

static bool was_used(const struct swtrace_slot *slots) {
  for (int i = 0; i < SWTRACE_SLOTS; i++)
    if (slots[i].generation || slots[i].state != SWTRACE_SLOT_FREE) return true;
  return false;
}

/* At exit. A file that was never in a session holds nothing that anybody could want. */
void swtrace_file_remove_unused(struct swtrace_process *process) {
  if (!process->map.named || was_used(process->map.slots) || process->map.registry->pid != getpid()) return;
  char path[sizeof process->directory + sizeof process->name];
  size_t length = strlen(process->directory);
  memcpy(path, process->directory, length);
  path[length] = '/';
  strcpy(path + length + 1, process->name);
  unlink(path);
}

int swtrace_open_process(int directory, const char *name, int flags, struct swtrace_head *head) {
  int descriptor = swtrace_open_beneath(directory, name, flags, 0);
  if (descriptor < 0) return -1;
  const struct swtrace_registry *registry = &head->registry;
  struct stat status;
  if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 1 &&
      status.st_uid == geteuid() &&
      pread(descriptor, head, sizeof *head, 0) == (ssize_t)sizeof *head &&
      registry->magic == SWTRACE_REGISTRY_MAGIC &&
      registry->layout_version == SWTRACE_LAYOUT_VERSION &&
      registry->layout_hash == SWTRACE_LAYOUT_HASH && registry->slots_offset == sizeof *registry)
    return descriptor;
  close(descriptor);
  return -1;
}

/* Files of processes that were killed or have executed another program, and were never in a session,
 * are removed by processes that start later, a few at a time: without a recorder nobody else would,
 * and each holds memory. A read lease is granted only on a file that nobody has open for writing,
 * and a mapping keeps its file open: so it says exactly whether anybody maps it, in any namespace. */
void swtrace_sweep_entry(int directory, const char *name) {
  long pid = strtol(name + strlen("process-"), 0, 10);
  if (pid <= 0 || kill((pid_t)pid, 0) == 0 || errno != ESRCH) return;
  struct swtrace_head head;
  int descriptor = swtrace_open_process(directory, name, O_RDONLY, &head);
  if (descriptor < 0) return;
  if (!was_used(head.slots) && fcntl(descriptor, F_SETLEASE, F_RDLCK) == 0)
    unlinkat(directory, name, 0);
  close(descriptor);
}

/* More room for markers. Called from constructors only: madvise is a system call. */
static bool populate(struct swtrace_process *process, uint64_t offset, uint32_t *backed,
                     uint64_t wanted, uint64_t capacity) {
  uint64_t page = getauxval(AT_PAGESZ);
  if (page < 4096) page = 4096;
  wanted = round_up(wanted, page);
  if (wanted > capacity) wanted = capacity;
  for (;;) {
    uint32_t now = swtrace_load_acquire_u32(backed);
    if (now >= wanted) return true;
    uint64_t start = now / page * page;
    if (madvise(process->map.base + offset + start, wanted - start, MADV_POPULATE_WRITE)) return false;
    if (swtrace_exchange_u32(backed, now, (uint32_t)wanted)) return true;
  }
}

bool swtrace_grow(struct swtrace_process *process, uint32_t markers, uint32_t bytes) {
  struct swtrace_registry *registry = process->map.registry;
  uint64_t used = __atomic_load_n(&registry->markers, __ATOMIC_ACQUIRE);
  uint64_t switches = ((uint32_t)used + (uint64_t)markers + MARKERS_SPARE / 2) * 8;
  uint64_t table = (used >> 32) + bytes + TABLE_SPARE / 2;
  return populate(process, registry->markers_offset, &registry->markers_backed, switches,
                  (uint64_t)registry->marker_capacity * 8) &&
         populate(process, registry->table_offset, &registry->table_backed, table,
                  registry->table_capacity);
}
