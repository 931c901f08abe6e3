/* slow.c - a hit that found no room at once. Finds space, or counts the loss; never waits.
 *
 *                      ┌─ not registered ─► register ──┐
 *   failed in a chunk ─┤                               ├─► place ─► current chunk ─► room? ─► stamped
 *   no chunk           └───────────────────────────────┘               │ no          ▲
 *                                                                       take ─ install ┘
 *                                                                       └ none: loss counted
 *
 * An event on its way is marked in the chunk where it found no room (the tail mark), so that a kill
 * or a longjmp in here leaves a trace of it. `mark` is that place, and what to store there when the
 * event has space elsewhere or is counted. */
#include "runtime.h"

struct mark {
  uint8_t *place;
  uint64_t header;
};

static void settle(struct mark *mark) {
  if (mark->place) swtrace_store_header(mark->place, mark->header);
  mark->place = 0;
}

/* Where this level found no room. Deeper levels that failed before us begin behind `end`: the mark
 * of the level that crossed it stands already, or will when that level goes on. */
static void mark_tail(struct mark *mark, struct swtrace_chunk *chunk, uint32_t position) {
  struct mark older = *mark;
  if (position > chunk->end) return;
  mark->place = (uint8_t *)chunk + position;
  mark->header = swtrace_record_header(SWTRACE_RECORD_TAIL, 0, 0);
  swtrace_store_stamp(mark->place, swtrace_record_open(8) | SWTRACE_OPEN_TAIL);
  settle(&older);
  SWTRACE_TESTPOINT("tail");
}

/* Each chunk filled earns a larger one; a quiet thread falls back. Units of 2^20 ticks. */
static void adapt(struct swtrace_place *place, uint32_t slot, uint64_t now) {
  uint32_t time = (uint32_t)(now >> 20), since = time - place->filled[slot];
  if (since < 64 || !place->filled[slot]) {
    if (place->size_class[slot] < SWTRACE_CLASSES - 1) place->size_class[slot]++;
  } else if (since > 1024) {
    if (place->size_class[slot]) place->size_class[slot]--;
  }
  place->filled[slot] = time ? time : 1;
}

static struct swtrace_record complete(const struct swtrace_marker *marker,
                                      struct swtrace_place *place, struct swtrace_chunk *chunk,
                                      uint8_t *at, bool extended) {
  struct swtrace_record record = {at, at + 8, 0};
  /* Null where a handler forked since the place was found: the child's is empty again. */
  const uint32_t *cpu_word = __atomic_load_n(&place->hot.cpu, __ATOMIC_RELAXED);
  uint32_t cpu = (cpu_word ? swtrace_load_relaxed_u32(cpu_word) : ~0U) & SWTRACE_CPU_UNKNOWN;
  uint64_t now = swtrace_now();
  if (extended) {
    uint8_t *cursor = swtrace_put_64(at + 8, now);
    record.payload = swtrace_put_32(cursor, marker->id);
    record.header = swtrace_record_header(SWTRACE_RECORD_EXTENDED, cpu, 0);
  } else {
    record.header = swtrace_record_header(marker->id, cpu, now - chunk->base);
    if ((now - chunk->base) >> SWTRACE_TICKS_BITS) record.place = 0;
  }
  return record;
}

static struct swtrace_record find_space(const struct swtrace_marker *marker, uint32_t slot,
                                        uint32_t size, struct swtrace_chunk *failed,
                                        uint32_t position, struct mark mark, bool extended) {
  const struct swtrace_record none = {0, 0, 0};
  if (failed) mark_tail(&mark, failed, position);
  for (;;) {
    struct swtrace_process *process = swtrace_process;
    uint64_t sentinel = __atomic_load_n(&process->sentinel, __ATOMIC_ACQUIRE);
    if (!sentinel) {
      /* A child. What was marked in its parent's chunk the parent settles. */
      mark.place = 0;
      failed = 0;
      if (!swtrace_process_register()) {
        if (slot < SWTRACE_SLOTS) swtrace_count_unregistered();
        return none;
      }
      if (slot >= SWTRACE_SLOTS || !(swtrace_switch_bits(marker) & 1U << slot)) return none;
      continue;
    }
    if (slot >= SWTRACE_SLOTS) return none;
    struct swtrace_map map = process->map;
    if (__atomic_load_n(&process->sentinel, __ATOMIC_ACQUIRE) != sentinel) continue;

    struct swtrace_slot *at = &map.slots[slot];
    struct swtrace_place *place = swtrace_place_here(process);
    if (!place) {
      swtrace_count_loss(&map, 0, slot);
      settle(&mark);
      return none;
    }
    struct swtrace_chunk **use =
        process->reads_clock_inline ? &place->hot.chunk[slot] : &place->held[slot];
    struct swtrace_chunk *current = __atomic_load_n(use, __ATOMIC_ACQUIRE);
    if (swtrace_load_acquire_u32(&at->state) != SWTRACE_SLOT_ACTIVE) {
      /* After the stop: no longer an event of the session. */
      if (current && __atomic_compare_exchange_n(use, &current, (struct swtrace_chunk *)0, 0,
                                                 __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        if (!mark.place) mark_tail(&mark, current, swtrace_unlocked_add(&current->position, size));
        settle(&mark);
        swtrace_chunk_retire(current, SWTRACE_CHUNK_FULL);
      }
      settle(&mark);
      return none;
    }

    if (current && current != failed) {
      position = swtrace_unlocked_add(&current->position, size);
      if (current->generation == at->generation &&
          swtrace_room(current, (uint64_t)position + size)) {
        uint8_t *here = (uint8_t *)current + position;
        if (extended) settle(&mark);
        swtrace_store_stamp(here, swtrace_record_open(size) | (mark.place ? SWTRACE_OPEN_MOVED : 0));
        SWTRACE_TESTPOINT("moved");
        settle(&mark);
        bool far = extended || marker->id > SWTRACE_MARKER_ID_MAX;
        if (far && !extended) {
          mark.place = here;
          mark.header = swtrace_record_header(SWTRACE_RECORD_SKIP, 0, size);
          size += 16;
          extended = true;
          continue;
        }
        struct swtrace_record record = complete(marker, place, current, here, extended);
        if (record.place) return record;
        mark.place = here;
        mark.header = swtrace_record_header(SWTRACE_RECORD_SKIP, 0, size);
        size += 16;
        extended = true;
        continue;
      }
      mark_tail(&mark, current, position);
      failed = current;
    }

    uint64_t now = swtrace_now();
    struct swtrace_chunk *fresh = swtrace_chunk_take(&map, place, slot, size, current, now);
    if (process->sentinel != sentinel) {
      /* A fork inside: all of that was the parent's. What it left as pending may be a chunk that
       * another has, so it is forgotten; at worst a free chunk stays unused. */
      swtrace_store_release_u32(&place->pending[slot], 0);
      continue;
    }
    if (!fresh) {
      struct swtrace_chunk *old = current;
      if (current && __atomic_compare_exchange_n(use, &old, (struct swtrace_chunk *)0, 0,
                                                 __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        swtrace_chunk_retire(current, SWTRACE_CHUNK_FULL);
      swtrace_count_loss(&map, place, slot);
      settle(&mark);
      return none;
    }
    struct swtrace_chunk *old = current;
    if (!__atomic_compare_exchange_n(use, &old, fresh, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
      if (old != fresh) swtrace_chunk_give_back(&map, slot, fresh);
      continue;
    }
    swtrace_store_relaxed_u32(&place->pending[slot], 0);
    SWTRACE_TESTPOINT("install");
    if (__atomic_load_n(&process->sentinel, __ATOMIC_ACQUIRE) != sentinel) {
      old = fresh; /* the pointer went into wiped memory: take it out again */
      __atomic_compare_exchange_n(use, &old, (struct swtrace_chunk *)0, 0, __ATOMIC_ACQ_REL,
                                  __ATOMIC_ACQUIRE);
      continue;
    }
    place->order[slot] = fresh->order;
    if (current) {
      adapt(place, slot, now);
      swtrace_chunk_retire(current, SWTRACE_CHUNK_FULL);
      SWTRACE_TESTPOINT("retire");
      swtrace_calm_down(&map, place, slot);
    }
    failed = 0;
  }
}

struct swtrace_record swtrace_record_slow(const struct swtrace_marker *marker, uint32_t slot,
                                          uint32_t size, struct swtrace_chunk *chunk,
                                          uint32_t position) {
  int saved = errno;
  struct mark mark = {0, 0};
  struct swtrace_record record = find_space(marker, slot, size, chunk, position, mark, false);
  errno = saved;
  return record;
}

struct swtrace_record swtrace_record_extended(const struct swtrace_marker *marker, uint32_t slot,
                                              uint32_t size, uint8_t *place) {
  int saved = errno;
  struct mark mark = {place, swtrace_record_header(SWTRACE_RECORD_SKIP, 0, size)};
  struct swtrace_record record = find_space(marker, slot, size + 16, 0, 0, mark, true);
  errno = saved;
  return record;
}
