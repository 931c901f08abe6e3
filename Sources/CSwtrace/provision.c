/* provision.c - extents that the program backs with memory by itself: in its constructor, and in the
 * slow path where a recorder allows it. */
#include "runtime.h"

#include <fcntl.h>
#include <sys/mman.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

static uint8_t *extent_at(const struct swtrace_map *map, uint32_t extent) {
  return map->chunks + (uint64_t)extent * SWTRACE_EXTENT_SIZE;
}

/* The steps 4 and 5 of swtrace_layout.h, for an extent that is backed, zero and ours. */
static void furnish(const struct swtrace_map *map, uint32_t extent, uint32_t slot,
                    uint32_t size_class) {
  uint32_t count = SWTRACE_EXTENT_SIZE / swtrace_class_size(size_class);
  struct swtrace_slot *at = &map->slots[slot];
  swtrace_store_release_u32(&map->extents[extent],
                            swtrace_extent_word(slot, size_class, at->generation));
  SWTRACE_TESTPOINT("provision");
  swtrace_or_u32(&map->free[extent][0], count >= 32 ? 0xffffffffU : (1U << count) - 1);
  if (count > 32) swtrace_or_u32(&map->free[extent][1], 0xffffffffU);
  __atomic_fetch_add(&at->backed, SWTRACE_EXTENT_SIZE, __ATOMIC_RELAXED);
  swtrace_add_u32(&at->supply, 1);
}

/* As chunks of the largest size, of one page touched; threads that want smaller ones cut them. */
void swtrace_provision(const struct swtrace_map *map, int descriptor, uint32_t slot,
                       uint64_t bytes) {
  struct swtrace_slot *at = &map->slots[slot];
  if (at->quota && bytes > at->quota) bytes = at->quota;
  uint32_t count = map->registry->extent_count, made = 0;
  uint64_t wanted = bytes / SWTRACE_EXTENT_SIZE + (bytes % SWTRACE_EXTENT_SIZE != 0);
  for (uint32_t extent = map->registry->own_first; extent < count && made < wanted; extent++) {
    if (map->extents[extent]) continue;
    uint64_t offset = map->registry->chunks_offset + (uint64_t)extent * SWTRACE_EXTENT_SIZE;
    int attempts = 64;
    while (fallocate(descriptor, 0, (off_t)offset, SWTRACE_EXTENT_SIZE)) {
      if (errno == EINTR && --attempts) continue;
      swtrace_say("no memory for chunks", 0);
      return;
    }
    if (!map->named) madvise(extent_at(map, extent), SWTRACE_EXTENT_SIZE, MADV_DODUMP);
    furnish(map, extent, slot, at->largest_class);
    made++;
  }
}

/* In the slow path: one system call, so only where a recorder has seen that there is no seccomp. A
 * full tmpfs is an error here and not a SIGBUS. */
bool swtrace_populate(const struct swtrace_map *map, uint32_t slot, uint32_t size_class) {
  struct swtrace_slot *at = &map->slots[slot];
  if (!(swtrace_load_acquire_u32(&at->flags) & SWTRACE_SLOT_POPULATE)) return false;
  uint64_t backed = __atomic_load_n(&at->backed, __ATOMIC_RELAXED);
  if (backed + SWTRACE_EXTENT_SIZE > at->quota) return false;
  uint32_t count = map->registry->extent_count;
  for (uint32_t extent = map->registry->own_first; extent < count; extent++) {
    uint32_t *word = &map->extents[extent];
    if (swtrace_load_relaxed_u32(word) ||
        !swtrace_exchange_u32(word, 0, swtrace_extent_word(slot, size_class, at->generation)))
      continue;
    if (madvise(extent_at(map, extent), SWTRACE_EXTENT_SIZE, MADV_POPULATE_WRITE)) {
      swtrace_store_release_u32(word, 0);
      return false;
    }
    furnish(map, extent, slot, size_class);
    return true;
  }
  return false;
}
