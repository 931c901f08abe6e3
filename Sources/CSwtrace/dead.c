/* dead.c - sessions whose recorders were killed, switched off by whoever starts next.
 *
 * A starting process reads the session files anyway, and the lock on each tells whether its recorder
 * lives (swtrace_layout.h): in any namespace, for any user that can read the file, however numbers
 * of processes are used again. What is dead it switches off in the named files of its user's
 * processes, so that nobody goes on writing for a reader that will never come:
 *
 *   slot   ACTIVE ─► STOPPED, then the slot's bit out of every switch
 *
 * under the recorders' lock, so that no slot is touched that is another session's meanwhile; a file
 * that a recorder is at work on is left to that one. What was recorded stays for `recover` or the next
 * recorder, and so does the session's file, by which they know that it is dead. Nothing has to be
 * remembered: at the next start the slot is no longer ACTIVE. */
#include "runtime.h"

#include "include/swtrace_recorder.h"

#include <fcntl.h>
#include <sys/mman.h>

#define PARTS_MAX (16U << 20) /* up to the end of the switches; more is no file of ours */
#ifndef F_OFD_SETLK
#define F_OFD_SETLK 37
#endif

static bool is_on(const struct swtrace_slot *slot, const struct swtrace_dead *dead) {
  if (slot->state != SWTRACE_SLOT_ACTIVE) return false;
  for (uint32_t i = 0; i < dead->count; i++)
    if (slot->session[0] == dead->ids[i][0] && slot->session[1] == dead->ids[i][1]) return true;
  return false;
}

static uint32_t slots_on(const struct swtrace_head *head, const struct swtrace_dead *dead) {
  uint32_t slots = 0;
  for (uint32_t i = 0; i < SWTRACE_SLOTS; i++)
    if (is_on(&head->slots[i], dead)) slots |= 1U << i;
  return slots;
}

static bool lock(int descriptor) {
  struct flock range;
  memset(&range, 0, sizeof range);
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_len = 1;
  return fcntl(descriptor, F_OFD_SETLK, &range) == 0;
}

/* Through the kernel, as recorders do: where the file has shrunk, EFAULT and not a SIGBUS. */
static void switch_off(int descriptor, const struct swtrace_head *head, uint32_t slots) {
  const struct swtrace_registry *registry = &head->registry;
  uint64_t size = registry->markers_offset + registry->markers_backed;
  if (registry->markers_offset % sizeof(uint64_t) || registry->markers_offset >= PARTS_MAX ||
      size > PARTS_MAX)
    return;
  uint8_t *base = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, descriptor, 0);
  if (base == MAP_FAILED) return;
  struct swtrace_slot *at = (void *)(base + registry->slots_offset);
  struct swtrace_switch *switches = (void *)(base + registry->markers_offset);
  for (uint32_t i = 0; i < SWTRACE_SLOTS; i++)
    if (slots & 1U << i) swtrace_futex_store(&at[i].state, SWTRACE_SLOT_STOPPED);
  /* Counted only now: a marker that is registered later finds no slot that is ACTIVE. */
  uint64_t markers = 0;
  if (pread(descriptor, &markers, sizeof markers, offsetof(struct swtrace_registry, markers)) < 0)
    markers = 0;
  uint32_t count = (uint32_t)markers, most = registry->markers_backed / sizeof *switches;
  if (count > most) count = most;
  for (uint32_t marker = 0; marker < count; marker++)
    for (uint32_t i = 0; i < SWTRACE_SLOTS; i++)
      if (slots & 1U << i) swtrace_futex_clear_bit(&switches[marker].bits, i);
  munmap(base, size);
}

static void consider(int directory, const char *name, void *argument) {
  const struct swtrace_dead *dead = argument;
  if (strncmp(name, "process-", 8)) return;
  struct swtrace_head head;
  int descriptor = swtrace_open_process(directory, name, O_RDONLY, &head);
  if (descriptor < 0) return;
  close(descriptor);
  if (!slots_on(&head, dead)) return;
  descriptor = swtrace_open_process(directory, name, O_RDWR, &head);
  if (descriptor < 0) return;
  if (lock(descriptor) && pread(descriptor, &head, sizeof head, 0) == (ssize_t)sizeof head)
    switch_off(descriptor, &head, slots_on(&head, dead));
  close(descriptor);
}

void swtrace_switch_off_dead(int directory, const struct swtrace_dead *dead) {
  if (dead->count) swtrace_each_entry(directory, consider, (void *)dead);
}
