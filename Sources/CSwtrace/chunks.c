/* chunks.c - a thread takes a chunk and hands it over. Compare-and-swap only; no system call except
 * swtrace_populate.
 *
 * Any of these steps may be interrupted by a signal handler of the same thread that needs a chunk
 * too, and that may never come back here (longjmp). So the chunk on its way is noted in
 * place->pending; whoever passes next, handler or later level, carries on with it, all initialising
 * stores are the same for both, and the compare-and-swap on the state decides who has it. */
#include "runtime.h"

/* Where a handler forked meanwhile and the child registered, `map` is that of empty memory: a chunk is
 * no page of its area. NO_PAGE + 1 is 0: nothing pending. */
#define NO_PAGE 0xffffffffU
#define EXTENT_PAGES (SWTRACE_EXTENT_SIZE / 4096)

static uint32_t page_of(const struct swtrace_map *map, struct swtrace_chunk *chunk) {
  uint64_t page = (uint64_t)((uintptr_t)chunk - (uintptr_t)map->chunks) / 4096;
  return page < (uint64_t)map->registry->extent_count * EXTENT_PAGES ? (uint32_t)page : NO_PAGE;
}
static struct swtrace_chunk *chunk_at(const struct swtrace_map *map, uint32_t page) {
  return (struct swtrace_chunk *)(void *)(map->chunks + (uint64_t)page * 4096);
}

/* A free chunk of this class, its bit cleared by us. */
static struct swtrace_chunk *grab(const struct swtrace_map *map, uint32_t slot,
                                  uint32_t size_class) {
  struct swtrace_slot *at = &map->slots[slot];
  uint32_t count = map->registry->extent_count;
  uint32_t hint = swtrace_load_relaxed_u32(&at->hint);
  uint32_t wanted = swtrace_extent_word(slot, size_class, at->generation);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t extent = hint + i < count ? hint + i : hint + i - count;
    if (extent >= count) extent = 0; /* a hint that somebody spoilt */
    for (int half = 0; half < 2; half++) {
      uint32_t *word = &map->free[extent][half];
      uint32_t bits = swtrace_load_acquire_u32(word);
      if (!bits) continue;
      if (swtrace_load_acquire_u32(&map->extents[extent]) != wanted) break;
      while (bits) {
        uint32_t bit = (uint32_t)__builtin_ctz(bits);
        bits &= bits - 1;
        if (!(swtrace_andn_u32(word, 1U << bit) & 1U << bit)) continue;
        if (swtrace_load_acquire_u32(&map->extents[extent]) != wanted) {
          swtrace_or_u32(word, 1U << bit); /* cut in smaller ones meanwhile */
          break;
        }
        swtrace_store_relaxed_u32(&at->hint, extent);
        uint64_t offset = (uint64_t)extent * SWTRACE_EXTENT_SIZE +
                          (uint64_t)(half * 32 + bit) * swtrace_class_size(size_class);
        if (offset + swtrace_class_size(size_class) > (uint64_t)count * SWTRACE_EXTENT_SIZE)
          continue;
        return (struct swtrace_chunk *)(void *)(map->chunks + offset);
      }
    }
  }
  return 0;
}

/* A free chunk that is a whole extent becomes an extent of smaller ones: who holds its only bit holds
 * all of it. Nothing is written to the chunks: a header of zeros is that of a chunk never used. */
static bool cut(const struct swtrace_map *map, uint32_t slot, uint32_t size_class) {
  struct swtrace_chunk *chunk = grab(map, slot, SWTRACE_CLASSES - 1);
  if (!chunk) return false;
  uint32_t page = page_of(map, chunk), extent = page / EXTENT_PAGES;
  if (page == NO_PAGE) return false;
  uint32_t count = SWTRACE_EXTENT_SIZE / swtrace_class_size(size_class);
  chunk->end = swtrace_class_size(size_class);
  swtrace_store_release_u32(
      &map->extents[extent],
      swtrace_extent_word(slot, size_class, map->slots[slot].generation));
  swtrace_or_u32(&map->free[extent][0], count >= 32 ? 0xffffffffU : (1U << count) - 1);
  if (count > 32) swtrace_or_u32(&map->free[extent][1], 0xffffffffU);
  return true;
}

static struct swtrace_chunk *find(const struct swtrace_map *map, struct swtrace_place *place,
                                  uint32_t slot, uint32_t size) {
  struct swtrace_slot *at = &map->slots[slot];
  uint32_t least = size + SWTRACE_CHUNK_HEADER + 8 <= 4096 ? 0 : 1;
  uint32_t supply = swtrace_load_acquire_u32(&at->supply);
  /* Begin at the front again when chunks were given back: memory that was in use lately is in the
   * caches, and the area in use stays small. */
  uint32_t *seen = &swtrace_process->supply_seen[slot];
  if (swtrace_load_relaxed_u32(seen) != supply) {
    swtrace_store_relaxed_u32(seen, supply);
    swtrace_store_relaxed_u32(&at->hint, 0);
  }
  for (int attempt = 0; attempt < 2; attempt++) {
    if (swtrace_load_relaxed_u32(&at->dry) != supply) {
      uint32_t largest = at->largest_class < SWTRACE_CLASSES ? at->largest_class : 3;
      uint32_t wish = place->size_class[slot];
      if (wish > largest) wish = largest;
      if (wish < least) wish = least;
      for (uint32_t c = wish + 1; c-- > least;) {
        struct swtrace_chunk *chunk = grab(map, slot, c);
        if (chunk) return chunk;
      }
      if (wish < SWTRACE_CLASSES - 1 && cut(map, slot, wish)) {
        struct swtrace_chunk *chunk = grab(map, slot, wish);
        if (chunk) return chunk;
      }
      for (uint32_t c = wish + 1; c < SWTRACE_CLASSES; c++) {
        struct swtrace_chunk *chunk = grab(map, slot, c);
        if (chunk) return chunk;
      }
      if (least == 0) swtrace_store_relaxed_u32(&at->dry, supply);
    }
    if (attempt || !swtrace_populate(map, slot, place->size_class[slot] > least
                                                        ? place->size_class[slot]
                                                        : least))
      return 0;
    supply = swtrace_load_acquire_u32(&at->supply);
  }
  return 0;
}

/* How much a chunk of this extent can hold, from its class: `end` is not trusted before it is set. */
static uint32_t whole_size(const struct swtrace_map *map, struct swtrace_chunk *chunk) {
  uint32_t page = page_of(map, chunk);
  if (page == NO_PAGE) return swtrace_class_size(0);
  return swtrace_class_size(swtrace_extent_class(map->extents[page / EXTENT_PAGES]) & 3);
}

/* The chunk that an interrupted or abandoned level of this thread had on its way, if it can serve.
 * WRITING is one step further than CLAIMED: all that was missing is the pointer. */
static struct swtrace_chunk *resume(const struct swtrace_map *map, struct swtrace_place *place,
                                    uint32_t slot, uint32_t size, struct swtrace_chunk *current) {
  uint32_t pending = swtrace_load_acquire_u32(&place->pending[slot]);
  if (!pending) return 0;
  struct swtrace_chunk *chunk = chunk_at(map, pending - 1);
  uint32_t word = swtrace_load_acquire_u32(&chunk->state), state = SWTRACE_CHUNK_STATE(word);
  bool ours = chunk != current &&
              (state == SWTRACE_CHUNK_CLAIMED || state == SWTRACE_CHUNK_WRITING);
  if (ours && chunk->position + size <= whole_size(map, chunk) - 8) return chunk;
  swtrace_exchange_u32(&place->pending[slot], pending, 0);
  if (ours) swtrace_chunk_give_back(map, slot, chunk);
  return 0;
}

/* Ours alone and WRITING, or null when there is none. Several levels of one thread may be here. */
struct swtrace_chunk *swtrace_chunk_take(const struct swtrace_map *map,
                                         struct swtrace_place *place, uint32_t slot, uint32_t size,
                                         struct swtrace_chunk *current, uint64_t now) {
  for (;;) {
    struct swtrace_chunk *chunk = resume(map, place, slot, size, current);
    uint32_t word;
    if (chunk) {
      word = swtrace_load_acquire_u32(&chunk->state);
      if (SWTRACE_CHUNK_STATE(word) == SWTRACE_CHUNK_WRITING) return chunk;
      if (SWTRACE_CHUNK_STATE(word) != SWTRACE_CHUNK_CLAIMED) continue;
    } else {
      chunk = find(map, place, slot, size);
      if (!chunk) return 0;
      SWTRACE_TESTPOINT("bit");
      word = swtrace_load_acquire_u32(&chunk->state);
      if (SWTRACE_CHUNK_STATE(word) != SWTRACE_CHUNK_FREE) continue;
      uint32_t claimed = (SWTRACE_CHUNK_SEQUENCE(word) + 1) << 3 | SWTRACE_CHUNK_CLAIMED;
      if (!swtrace_exchange_u32(&chunk->state, word, claimed)) continue;
      word = claimed;
      swtrace_store_release_u32(&place->pending[slot], page_of(map, chunk) + 1);
      SWTRACE_TESTPOINT("claim");
    }
    uint32_t room = whole_size(map, chunk) - 8;
    swtrace_exchange_u32(&chunk->position, 0, SWTRACE_CHUNK_HEADER);
    uint32_t position = swtrace_load_acquire_u32(&chunk->position);
    if (chunk->end > room || !chunk->end) chunk->end = room;
    chunk->magic = SWTRACE_CHUNK_MAGIC;
    if (!chunk->first) chunk->first = position;
    chunk->tid = place->tid;
    chunk->thread = place->index;
    chunk->slot = slot;
    chunk->generation = map->slots[slot].generation;
    chunk->order = place->order[slot] + 1;
    uint64_t none = 0;
    __atomic_compare_exchange_n(&chunk->base, &none, now - 1, 0, __ATOMIC_ACQ_REL,
                                __ATOMIC_ACQUIRE);
    SWTRACE_TESTPOINT("prepare");
    uint32_t writing = (word & ~7U) | SWTRACE_CHUNK_WRITING;
    if (swtrace_exchange_u32(&chunk->state, word, writing)) return chunk;
  }
}

/* A chunk that was taken and not used. */
void swtrace_chunk_give_back(const struct swtrace_map *map, uint32_t slot,
                             struct swtrace_chunk *chunk) {
  uint32_t word = swtrace_load_acquire_u32(&chunk->state), state = SWTRACE_CHUNK_STATE(word);
  if (state == SWTRACE_CHUNK_WRITING) {
    if (chunk->first && chunk->position != chunk->first) return;
    uint32_t claimed = (word & ~7U) | SWTRACE_CHUNK_CLAIMED;
    if (!swtrace_exchange_u32(&chunk->state, word, claimed)) return;
    word = claimed;
  } else if (state != SWTRACE_CHUNK_CLAIMED) {
    return;
  }
  chunk->base = 0;
  chunk->first = 0;
  if (!swtrace_exchange_u32(&chunk->state, word, word & ~7U)) return;
  uint32_t page = page_of(map, chunk), extent = page / EXTENT_PAGES;
  if (page == NO_PAGE) return;
  uint32_t bit = page % EXTENT_PAGES / (whole_size(map, chunk) / 4096);
  swtrace_or_u32(&map->free[extent][bit / 32], 1U << bit % 32);
  swtrace_add_u32(&map->slots[slot].supply, 1);
}

void swtrace_chunk_retire(struct swtrace_chunk *chunk, uint32_t state) {
  uint32_t word = swtrace_load_acquire_u32(&chunk->state);
  if (SWTRACE_CHUNK_STATE(word) == SWTRACE_CHUNK_WRITING)
    swtrace_exchange_u32(&chunk->state, word, (word & ~7U) | state);
}
