/* patterns.c - does a session's list of patterns switch a marker on. */
#include "runtime.h"

/* '*' any run of characters, '?' one; no recursion: on a mismatch the last '*' takes one more. */
static bool glob(const char *pattern, const char *pattern_end, const char *text) {
  const char *star = 0, *mark = 0;
  while (*text) {
    if (pattern < pattern_end && *pattern == '*') {
      star = pattern++;
      mark = text;
    } else if (pattern < pattern_end && (*pattern == '?' || *pattern == *text)) {
      pattern++;
      text++;
    } else if (star) {
      pattern = star + 1;
      text = ++mark;
    } else {
      return false;
    }
  }
  while (pattern < pattern_end && *pattern == '*') pattern++;
  return pattern == pattern_end;
}

static bool line_matches(const char *line, const char *end, const char *provider,
                         const char *name) {
  const char *colon = memchr(line, ':', (size_t)(end - line));
  if (colon) return glob(line, colon, provider) && glob(colon + 1, end, name);
  return glob(line, end, name) || glob(line, end, provider);
}

bool swtrace_matches(const char *patterns, size_t size, const char *provider, const char *name) {
  bool on = false;
  const char *end = patterns + size;
  for (const char *line = patterns; line < end;) {
    const char *stop = line;
    while (stop < end && *stop != '\n' && *stop != '\0') stop++;
    bool off = line < stop && *line == '^';
    const char *start = line + off;
    if (start < stop && line_matches(start, stop, provider, name)) on = !off;
    line = stop + 1;
  }
  return on;
}
