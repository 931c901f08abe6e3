/* markers.c - from descriptions in objects to ids, switches and the registry's table. */
#include "runtime.h"

#include <unistd.h>

#define LOOSE 16384U

static struct swtrace_object *objects;                /* most recent first */
static struct swtrace_marker *loose_markers[LOOSE]; /* made at run time */
static uint32_t loose_count;

/* The records of a section: skips what alignment left between them, stops at what is none. */
static struct swtrace_marker *next_record(struct swtrace_marker *at, struct swtrace_marker *stop) {
  while ((uintptr_t)at + sizeof *at <= (uintptr_t)stop) {
    if (at->magic == SWTRACE_MARKER_MAGIC) {
      bool whole = at->size >= sizeof *at + at->description.size &&
                   at->size <= (uintptr_t)stop - (uintptr_t)at &&
                   at->description.field_count <= SWTRACE_FIELDS_MAX;
      return whole ? at : 0;
    }
    uint64_t word;
    memcpy(&word, at, sizeof word);
    if (word) return 0;
    at = (struct swtrace_marker *)((uintptr_t)at + 8);
  }
  return 0;
}
static struct swtrace_marker *after(struct swtrace_marker *marker) {
  return (struct swtrace_marker *)(((uintptr_t)marker + marker->size + 7) & ~(uintptr_t)7);
}

static const char *text_of(const struct swtrace_description *description) {
  return (const char *)(description + 1);
}
static uint32_t entry_size(const struct swtrace_description *description) {
  return (uint32_t)((sizeof(struct swtrace_entry) + description->size + 7) & ~7u);
}

static uint32_t hash_of(const struct swtrace_description *description) {
  const uint8_t *bytes = (const uint8_t *)description;
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < sizeof *description + description->size; i++)
    hash = (hash ^ bytes[i]) * 16777619u;
  return hash ? hash : 1;
}

/* ---- matching ------------------------------------------------------------------------------------ */

static bool wanted(const struct swtrace_description *description, const char *patterns, size_t size) {
  const char *provider = text_of(description);
  return swtrace_matches(patterns, size, provider, provider + strlen(provider) + 1);
}

static const struct swtrace_description *description_of(struct swtrace_process *process,
                                                        uint32_t id) {
  uint32_t entry = swtrace_load_acquire_u32(&process->map.switches[id - 1].entry);
  if (!entry) return 0;
  return &((struct swtrace_entry *)(void *)(process->map.table + entry - 1))->description;
}

void swtrace_match_slot(struct swtrace_process *process, uint32_t slot, const char *patterns,
                        size_t size) {
  uint32_t count = (uint32_t)__atomic_load_n(&process->map.registry->markers, __ATOMIC_ACQUIRE);
  for (uint32_t id = 1; id <= count; id++) {
    const struct swtrace_description *description = description_of(process, id);
    if (description && wanted(description, patterns, size))
      swtrace_or_u32(&process->map.switches[id - 1].bits, 1U << slot);
  }
}

/* A new marker against the sessions that are here already. A recorder that claims a slot meanwhile
 * sees the new count, or is seen here: fences on both sides. */
static void match_marker(struct swtrace_process *process, uint32_t id,
                         const struct swtrace_description *description) {
  swtrace_fence();
  for (uint32_t slot = 0; slot < SWTRACE_SLOTS; slot++) {
    struct swtrace_slot *at = &process->map.slots[slot];
    if (swtrace_load_acquire_u32(&at->state) != SWTRACE_SLOT_ACTIVE) continue;
    if (at->flags & SWTRACE_SLOT_LONG || at->patterns_size > SWTRACE_PATTERNS_SIZE) continue;
    const char *patterns = (const char *)process->map.base + process->map.registry->patterns_offset +
                           slot * SWTRACE_PATTERNS_SIZE;
    if (wanted(description, patterns, at->patterns_size))
      swtrace_or_u32(&process->map.switches[id - 1].bits, 1U << slot);
  }
}

/* ---- the table ----------------------------------------------------------------------------------- */

static uint32_t find(struct swtrace_process *process, const struct swtrace_description *description,
                     uint32_t hash) {
  uint32_t at = swtrace_load_acquire_u32(&process->buckets[hash % SWTRACE_BUCKETS]);
  while (at) {
    struct swtrace_entry *entry = (void *)(process->map.table + at - 1);
    if (entry->hash == hash && entry->description.size == description->size &&
        memcmp(&entry->description, description, sizeof *description + description->size) == 0)
      return entry->id;
    at = entry->reserved; /* chain, + 1; meaningless to readers */
  }
  return 0;
}

/* One compare-and-swap takes the next id and the next bytes of the table, so that ids and entries
 * are in one order whatever threads register at once. */
static uint32_t append(struct swtrace_process *process,
                       const struct swtrace_description *description, uint32_t hash) {
  struct swtrace_registry *registry = process->map.registry;
  uint32_t size = entry_size(description);
  uint64_t used = __atomic_load_n(&registry->markers, __ATOMIC_ACQUIRE), next;
  do {
    uint64_t switches = ((used & 0xffffffffu) + 1) * sizeof(struct swtrace_switch);
    if (switches > swtrace_load_acquire_u32(&registry->markers_backed) ||
        (used >> 32) + size > swtrace_load_acquire_u32(&registry->table_backed)) {
      swtrace_add_u32(&registry->markers_refused, 1);
      return 0;
    }
    next = used + 1 + ((uint64_t)size << 32);
  } while (!__atomic_compare_exchange_n(&registry->markers, &used, next, 0, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE));
  uint32_t id = (uint32_t)used + 1, offset = (uint32_t)(used >> 32);
  struct swtrace_entry *entry = (void *)(process->map.table + offset);
  entry->size = size;
  entry->hash = hash;
  entry->id = id;
  memcpy(&entry->description, description, sizeof *description + description->size);
  SWTRACE_TESTPOINT("register");
  swtrace_store_release_u32(&process->map.switches[id - 1].entry, offset + 1);
  uint32_t *bucket = &process->buckets[hash % SWTRACE_BUCKETS];
  uint32_t head = swtrace_load_acquire_u32(bucket);
  do entry->reserved = head;
  while (!__atomic_compare_exchange_n(bucket, &head, offset + 1, 0, __ATOMIC_ACQ_REL,
                                      __ATOMIC_ACQUIRE));
  return id;
}

static uint32_t enter(struct swtrace_process *process, struct swtrace_marker *marker) {
  const struct swtrace_description *description = &marker->description;
  if (description->size < 3 || text_of(description)[description->size - 1]) return 0;
  uint32_t hash = hash_of(description);
  uint32_t id = find(process, description, hash);
  if (!id) {
    id = append(process, description, hash);
    if (!id) return 0;
    match_marker(process, id, description);
  }
  marker->id = id;
  marker->head = id <= SWTRACE_MARKER_ID_MAX ? (uint64_t)id << 48 : SWTRACE_TICKS_MASK;
  __atomic_store_n(&marker->switch_word.address, &process->map.switches[id - 1].bits, __ATOMIC_RELEASE);
  return id;
}

static void enter_object(struct swtrace_process *process, struct swtrace_object *object) {
  for (struct swtrace_marker *at = next_record(object->start, object->stop); at;
       at = next_record(after(at), object->stop))
    enter(process, at);
}

static void measure_object(struct swtrace_object *object, uint32_t *count, uint32_t *bytes) {
  for (struct swtrace_marker *at = next_record(object->start, object->stop); at;
       at = next_record(after(at), object->stop)) {
    *count += 1;
    *bytes += entry_size(&at->description);
  }
}

/* ---- objects come and go ------------------------------------------------------------------------- */

void swtrace_markers_measure(uint32_t *count, uint32_t *bytes) {
  *count = *bytes = 0;
  for (struct swtrace_object *object = objects; object; object = object->next)
    measure_object(object, count, bytes);
  for (uint32_t i = 0; i < loose_count && i < LOOSE; i++) {
    struct swtrace_marker *marker = __atomic_load_n(&loose_markers[i], __ATOMIC_ACQUIRE);
    if (!marker) continue;
    *count += 1;
    *bytes += entry_size(&marker->description);
  }
}

void swtrace_markers_enter_all(struct swtrace_process *process) {
  for (struct swtrace_object *object = objects; object; object = object->next)
    enter_object(process, object);
  for (uint32_t i = 0; i < loose_count && i < LOOSE; i++) {
    struct swtrace_marker *marker = __atomic_load_n(&loose_markers[i], __ATOMIC_ACQUIRE);
    if (marker) enter(process, marker);
  }
}

void swtrace_object_enter(struct swtrace_object *object, struct swtrace_marker *start,
                          struct swtrace_marker *stop) {
  if (object->start || start == stop) return;
  int saved = errno;
  object->start = start;
  object->stop = stop;
  bool registered = swtrace_process && swtrace_process->sentinel;
  do object->next = __atomic_load_n(&objects, __ATOMIC_ACQUIRE);
  while (!__atomic_compare_exchange_n(&objects, &object->next, object, 0, __ATOMIC_ACQ_REL,
                                      __ATOMIC_ACQUIRE));
  if (!registered) {
    swtrace_process_register();
  } else {
    struct swtrace_process *process = swtrace_process;
    uint32_t count = 0, bytes = 0;
    measure_object(object, &count, &bytes);
    swtrace_grow(process, count, bytes);
    enter_object(process, object);
    swtrace_sessions_match_long(process);
  }
  errno = saved;
}

/* The loader runs destructors one at a time. A reader of the list (a fork's child) sees it before or
 * after the one store. */
void swtrace_object_leave(struct swtrace_object *object) {
  struct swtrace_object **link = &objects, *at;
  while ((at = __atomic_load_n(link, __ATOMIC_ACQUIRE)) && at != object) link = &at->next;
  if (at) __atomic_store_n(link, object->next, __ATOMIC_RELEASE);
  object->start = object->stop = 0;
  SWTRACE_TESTPOINT("unregister");
}

uint32_t swtrace_register(struct swtrace_marker *marker) {
  if (swtrace_load_acquire_u32(&marker->id)) return marker->id;
  uint32_t index = swtrace_add_u32(&loose_count, 1);
  if (index >= LOOSE) {
    swtrace_store_relaxed_u32(&loose_count, LOOSE);
    return 0;
  }
  __atomic_store_n(&loose_markers[index], marker, __ATOMIC_RELEASE);
  struct swtrace_process *process = swtrace_process;
  return process && process->sentinel ? enter(process, marker) : 0;
}
