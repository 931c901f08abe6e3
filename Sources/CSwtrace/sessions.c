/* sessions.c - session files read, slots taken. Only while the process is STARTING: afterwards slots
 * are the recorders' (swtrace_layout.h). */
#include "runtime.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENVIRONMENT_BYTES (4U << 20)
#ifndef F_OFD_GETLK
#define F_OFD_GETLK 36
#endif

struct session_text {
  struct swtrace_session session;
  char patterns[SWTRACE_TEXT_MAX];
};

struct search {
  struct swtrace_process *process;
  int descriptor; /* of the process's file */
  void (*use)(struct swtrace_process *, int, const struct session_text *);
  struct swtrace_dead *dead; /* null where only the living matter */
  bool sweeps;               /* leftovers of other processes, on the way */
  uint32_t seen;
};

enum life { UNKNOWN, LIVES, DEAD };

/* Does a recorder hold the write lock that says it lives? */
static enum life life_of_recorder(int descriptor) {
  struct flock lock;
  memset(&lock, 0, sizeof lock);
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_len = 1;
  if (fcntl(descriptor, F_OFD_GETLK, &lock)) return UNKNOWN;
  return lock.l_type == F_UNLCK ? DEAD : LIVES;
}

/* A whole, regular session file whose owner is the directory's; others count as unknown. */
static enum life read_session(int directory, const char *name, struct session_text *text) {
  struct stat owner, status;
  if (fstat(directory, &owner)) return UNKNOWN;
  int descriptor = swtrace_open_beneath(directory, name, O_RDONLY, 0);
  if (descriptor < 0) return UNKNOWN;
  const struct swtrace_session *session = &text->session;
  bool good = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 1 &&
              status.st_uid == owner.st_uid;
  ssize_t got = good ? pread(descriptor, text, sizeof *text, 0) : 0;
  good = good && got >= (ssize_t)sizeof *session && session->magic == SWTRACE_SESSION_MAGIC &&
         session->layout_version == SWTRACE_LAYOUT_VERSION &&
         session->layout_hash == SWTRACE_LAYOUT_HASH && session->patterns_size <= SWTRACE_TEXT_MAX &&
         (uint64_t)got >= sizeof *session + session->patterns_size &&
         (session->id[0] | session->id[1]);
  enum life life = !good                                    ? UNKNOWN
                   : session->flags & SWTRACE_SESSION_ARMED ? LIVES
                                                            : life_of_recorder(descriptor);
  close(descriptor);
  if (life != LIVES) swtrace_say("session ignored", name);
  return life;
}

static int parent_slot(const uint64_t id[2]) {
  for (int i = 0; i < SWTRACE_SLOTS; i++)
    if (swtrace_parent_sessions[i][0] == id[0] && swtrace_parent_sessions[i][1] == id[1]) return i;
  return -1;
}

/* SWTRACE_SESSION: ids of 32 hex digits, separated by commas. */
static bool named_in_environment(const uint64_t id[2]) {
  const char *ids = swtrace_environment("SWTRACE_SESSION");
  char text[33];
  swtrace_hexadecimal(text, id[0], 16);
  swtrace_hexadecimal(text + 16, id[1], 16);
  return ids && strstr(ids, text);
}

static bool is_for_us(const struct swtrace_session *session) {
  if (session->only_uid != 0xffffffffU && session->only_uid != geteuid()) return false;
  return !(session->flags & SWTRACE_SESSION_ONLY) || parent_slot(session->id) >= 0 ||
         named_in_environment(session->id);
}

/* Whose numbers pid and tids are, for a recorder that comes when the process is gone. Told only in a
 * session: the first look into /proc costs more than most of a registration. */
static void tell_pid_namespace(struct swtrace_registry *registry) {
  struct stat status;
  if (!registry->pid_namespace && stat("/proc/self/ns/pid", &status) == 0)
    registry->pid_namespace = (uint32_t)status.st_ino;
}

/* A child keeps its parent's numbers: an interrupted marker may still hold one. */
static int claim(struct swtrace_process *process, const uint64_t id[2]) {
  int chosen = parent_slot(id);
  for (int i = 0; i < SWTRACE_SLOTS; i++) {
    struct swtrace_slot *slot = &process->map.slots[i];
    if (slot->state != SWTRACE_SLOT_FREE) {
      if (slot->session[0] == id[0] && slot->session[1] == id[1]) return -1;
    } else if (chosen < 0 && !(swtrace_parent_sessions[i][0] | swtrace_parent_sessions[i][1])) {
      chosen = i;
    }
  }
  if (chosen < 0 || !swtrace_exchange_u32(&process->map.slots[chosen].state, SWTRACE_SLOT_FREE,
                                          SWTRACE_SLOT_CLAIMED))
    return -1;
  tell_pid_namespace(process->map.registry);
  process->map.slots[chosen].session[0] = id[0];
  process->map.slots[chosen].session[1] = id[1];
  return chosen;
}

static void activate(struct swtrace_process *process, int index, const char *patterns, size_t size,
                     uint32_t flags) {
  struct swtrace_slot *slot = &process->map.slots[index];
  slot->generation += 1;
  slot->flags = flags;
  if (size <= SWTRACE_PATTERNS_SIZE) {
    memcpy(process->map.base + process->map.registry->patterns_offset + index * SWTRACE_PATTERNS_SIZE,
           patterns, size);
    slot->patterns_size = (uint32_t)size;
  } else {
    slot->flags |= SWTRACE_SLOT_LONG;
  }
}

static void start(struct swtrace_process *process, int index, const char *patterns, size_t size) {
  swtrace_store_release_u32(&process->map.slots[index].state, SWTRACE_SLOT_ACTIVE);
  SWTRACE_TESTPOINT("activate");
  swtrace_match_slot(process, (uint32_t)index, patterns, size);
}

static void join(struct swtrace_process *process, int descriptor, const struct session_text *text) {
  const struct swtrace_session *session = &text->session;
  if (!is_for_us(session)) return;
  int index = claim(process, session->id);
  if (index < 0) return;
  activate(process, index, text->patterns, session->patterns_size, 0);
  struct swtrace_slot *slot = &process->map.slots[index];
  slot->quota = session->quota;
  slot->largest_class =
      session->largest_class < SWTRACE_CLASSES ? session->largest_class : SWTRACE_CLASSES - 1;
  swtrace_provision(&process->map, descriptor, (uint32_t)index, session->start_bytes);
  start(process, index, text->patterns, session->patterns_size);
}

static uint64_t bytes_of(const char *text) {
  char *end;
  uint64_t value = strtoull(text, &end, 10);
  switch (*end) {
    case 'G': case 'g': value *= 1024; /* fall through */
    case 'M': case 'm': value *= 1024; /* fall through */
    case 'K': case 'k': value *= 1024;
  }
  return value;
}

/* SWTRACE_RECORD='app:*,^app:noise': a session without a file and without a recorder. */
static void join_environment(struct swtrace_process *process, int descriptor) {
  const char *wish = swtrace_environment("SWTRACE_RECORD");
  if (!wish || !*wish) return;
  char patterns[SWTRACE_PATTERNS_SIZE];
  size_t size = strlen(wish);
  for (size_t i = 0; i < size; i++) patterns[i] = wish[i] == ',' ? '\n' : wish[i];
  const uint64_t id[2] = {1, 0};
  int index = claim(process, id);
  if (index < 0) return;
  const char *buffer = swtrace_environment("SWTRACE_BUFFER");
  uint64_t bytes = buffer ? bytes_of(buffer) : ENVIRONMENT_BYTES;
  activate(process, index, patterns, size, SWTRACE_SLOT_ENVIRONMENT);
  process->map.slots[index].quota = bytes;
  process->map.slots[index].largest_class = SWTRACE_CLASSES - 1;
  swtrace_provision(&process->map, descriptor, (uint32_t)index, bytes);
  start(process, index, patterns, size);
}

static void consider(int directory, const char *name, void *argument) {
  struct search *search = argument;
  if (strncmp(name, "session-", 8) == 0 && strlen(name) == 8 + 32) {
    struct session_text text;
    enum life life = read_session(directory, name, &text);
    struct swtrace_dead *dead = search->dead;
    if (life == LIVES)
      search->use(search->process, search->descriptor, &text);
    else if (life == DEAD && dead && dead->count < SWTRACE_DEAD_MAX)
      memcpy(dead->ids[dead->count++], text.session.id, sizeof text.session.id);
  } else if (search->sweeps && strncmp(name, "process-", 8) == 0) {
    /* The first few, then one of sixteen: bounded work at start, yet every leftover's turn comes. */
    uint32_t seen = search->seen++;
    if (seen < 4 || (seen < 512 && ((seen ^ (uint32_t)swtrace_now() >> 8) & 15) == 0))
      swtrace_sweep_entry(directory, name);
  }
}

static void each_session(struct swtrace_process *process, int directory, struct swtrace_dead *dead,
                         bool sweeps,
                         void (*use)(struct swtrace_process *, int, const struct session_text *),
                         int descriptor) {
  struct search search = {process, descriptor, use, dead, sweeps, 0};
  swtrace_each_entry(directory, consider, &search);
}

/* Root's sessions reach everybody, except who has been given a directory of its own. */
static int open_root_sessions(void) {
  return swtrace_environment("SWTRACE_DIR") ? -1 : swtrace_open_root_directory();
}

void swtrace_sessions_join(struct swtrace_process *process, struct swtrace_file *file) {
  struct swtrace_dead dead;
  dead.count = 0;
  join_environment(process, file->descriptor);
  if (file->directory >= 0)
    each_session(process, file->directory, &dead, true, join, file->descriptor);
  int root = open_root_sessions();
  if (root >= 0) {
    each_session(process, root, &dead, false, join, file->descriptor);
    close(root);
  }
  if (file->directory >= 0) swtrace_switch_off_dead(file->directory, &dead);
}

/* ---- patterns too long for the registry: dlopen reads the files again ------------------------------ */

static void match_long(struct swtrace_process *process, int descriptor,
                       const struct session_text *text) {
  (void)descriptor;
  for (uint32_t i = 0; i < SWTRACE_SLOTS; i++) {
    struct swtrace_slot *slot = &process->map.slots[i];
    if (swtrace_load_acquire_u32(&slot->state) == SWTRACE_SLOT_ACTIVE &&
        slot->flags & SWTRACE_SLOT_LONG && slot->session[0] == text->session.id[0] &&
        slot->session[1] == text->session.id[1])
      swtrace_match_slot(process, i, text->patterns, text->session.patterns_size);
  }
}

void swtrace_sessions_match_long(struct swtrace_process *process) {
  bool any = false;
  for (uint32_t i = 0; i < SWTRACE_SLOTS; i++)
    any |= swtrace_load_acquire_u32(&process->map.slots[i].state) == SWTRACE_SLOT_ACTIVE &&
           process->map.slots[i].flags & SWTRACE_SLOT_LONG;
  if (!any) return;
  char path[sizeof process->directory];
  int directory = swtrace_open_own_directory(path, sizeof path);
  if (directory >= 0) {
    each_session(process, directory, 0, false, match_long, -1);
    close(directory);
  }
  int root = open_root_sessions();
  if (root < 0) return;
  each_session(process, root, 0, false, match_long, -1);
  close(root);
}
