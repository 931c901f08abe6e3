/* loss.c - events that found no room: whose, how many, from when to when. */
#include "runtime.h"

#include <unistd.h>

static void add(uint64_t *count, uint64_t *first, uint64_t *last, uint64_t now) {
  uint64_t none = 0;
  __atomic_compare_exchange_n(first, &none, now, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  __atomic_store_n(last, now, __ATOMIC_RELAXED);
  __atomic_fetch_add(count, 1, __ATOMIC_RELEASE);
}

/* A note belongs to one thread from its first lost event until a chunk was filled without any, or
 * until the slot has another session. */
static struct swtrace_note *open_note(const struct swtrace_map *map, struct swtrace_place *place,
                                      uint32_t slot) {
  uint32_t generation = swtrace_load_relaxed_u32(&map->slots[slot].generation);
  uint16_t index = __atomic_load_n(&place->note[slot], __ATOMIC_ACQUIRE);
  if (index) {
    struct swtrace_note *note = &map->notes[index - 1];
    if (note->slot == slot && note->generation == generation) return note;
    swtrace_close_note(map, place, slot);
  }
  uint32_t count = map->registry->note_count;
  for (uint32_t i = 0; i < count; i++) {
    struct swtrace_note *note = &map->notes[i];
    if (swtrace_load_relaxed_u32(&note->state) != SWTRACE_NOTE_FREE ||
        !swtrace_exchange_u32(&note->state, SWTRACE_NOTE_FREE, SWTRACE_NOTE_OPEN))
      continue;
    note->tid = place->tid;
    note->slot = slot;
    note->generation = generation;
    note->count = note->first = note->last = 0;
    uint16_t none = 0;
    if (__atomic_compare_exchange_n(&place->note[slot], &none, (uint16_t)(i + 1), 0,
                                    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
      return note;
    swtrace_store_release_u32(&note->state, SWTRACE_NOTE_FREE); /* a handler opened one meanwhile */
    return &map->notes[none - 1];
  }
  return 0;
}

void swtrace_count_loss(const struct swtrace_map *map, struct swtrace_place *place,
                        uint32_t slot) {
  uint64_t now = swtrace_now();
  struct swtrace_note *note = place ? open_note(map, place, slot) : 0;
  if (place) place->calm[slot] = 0;
  struct swtrace_slot *at = &map->slots[slot];
  if (note)
    add(&note->count, &note->first, &note->last, now);
  else
    add(&at->lost, &at->lost_first, &at->lost_last, now);
  SWTRACE_TESTPOINT("loss");
}

/* A chunk was filled. A note stays open over chunks between which events are lost again and again:
 * one thread would use up all notes. */
void swtrace_calm_down(const struct swtrace_map *map, struct swtrace_place *place,
                       uint32_t slot) {
  if (place->calm[slot]) swtrace_close_note(map, place, slot);
  place->calm[slot] = 1;
}

void swtrace_close_note(const struct swtrace_map *map, struct swtrace_place *place,
                        uint32_t slot) {
  uint16_t index = __atomic_exchange_n(&place->note[slot], 0, __ATOMIC_ACQ_REL);
  if (index)
    swtrace_store_release_u32(&map->notes[index - 1].state, SWTRACE_NOTE_CLOSED);
}

/* While another level or thread registers this process there is no file to count in. */
void swtrace_count_unregistered(void) {
  struct swtrace_process *process = swtrace_process;
  add(&process->lost, &process->lost_first, &process->lost_last, swtrace_now());
}

void swtrace_publish_unregistered(struct swtrace_process *process) {
  struct swtrace_registry *registry = process->map.registry;
  registry->lost_unregistered_first = process->lost_first;
  registry->lost_unregistered_last = process->lost_last;
  __atomic_store_n(&registry->lost_unregistered, process->lost, __ATOMIC_RELEASE);
}
