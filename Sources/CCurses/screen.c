/* All use of ncurses. */
#define NCURSES_WIDECHAR 1
#define _XOPEN_SOURCE_EXTENDED 1
#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

/* term.h says this word in capitals and in small letters. */
#undef columns

#include "CCurses.h"
#include "rescue.h"

static struct {
  SCREEN *screen;
  FILE *in, *out;
  int input, output;
  int is_modern, is_synchronised, has_mouse;
  struct termios found, raw;
} held;

#define MOUSE_ON "\033[?1002h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1002l"
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define SYNCHRONISED_BEGIN "\033[?2026h"
#define SYNCHRONISED_END "\033[?2026l"

static void say(const char *bytes) { swtrace_rescue_write(held.output, bytes, strlen(bytes)); }

/* A string of terminfo without its delays `$<5>`. */
static size_t append(char *bytes, size_t count, size_t capacity, const char *name) {
  const char *text = tigetstr(name);
  if (text == NULL || text == (const char *)-1) return count;
  while (*text != '\0' && count < capacity) {
    const char *end = text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;
    if (end != NULL) {
      text = end + 1;
      continue;
    }
    bytes[count++] = *text++;
  }
  return count;
}

static void prepare_rescue(void) {
  char bytes[400];
  size_t count = 0;
  if (held.is_modern) {
    const char *modes = SYNCHRONISED_END MOUSE_OFF PASTE_OFF;
    count = strlen(modes);
    memcpy(bytes, modes, count);
  }
  count = append(bytes, count, sizeof bytes, "sgr0");
  count = append(bytes, count, sizeof bytes, "op");
  /* Without a second screen the shell goes on below. */
  size_t before = count;
  count = append(bytes, count, sizeof bytes, "rmcup");
  if (count == before) {
    const char *below = "\033[999;1H\r\n";
    memcpy(bytes + count, below, strlen(below) < sizeof bytes - count ? strlen(below) : 0);
    count += strlen(below) < sizeof bytes - count ? strlen(below) : 0;
  }
  count = append(bytes, count, sizeof bytes, "cnorm");
  swtrace_rescue_prepare(held.input, held.output, &held.found, bytes, count);
}

static void use_raw(void) {
  held.raw = held.found;
  held.raw.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | IXON | IXOFF | ISTRIP | BRKINT | PARMRK);
  held.raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL | ISIG | IEXTEN);
  held.raw.c_cc[VMIN] = 1;
  held.raw.c_cc[VTIME] = 0;
  tcsetattr(held.input, TCSANOW, &held.raw);
}

static void use_modes(void) {
  if (!held.is_modern) return;
  say(PASTE_ON);
  if (held.has_mouse) say(MOUSE_ON);
}

int swtrace_curses_start(int input, int output, const char *terminal, int modern) {
  if (held.screen != NULL) return SWTRACE_CURSES_NO_MEMORY;
  if (tcgetattr(input, &held.found) != 0 || !isatty(output)) return SWTRACE_CURSES_NOT_A_TERMINAL;
  int error = 0;
  if (terminal == NULL || setupterm((char *)terminal, output, &error) != OK)
    return error == 1 ? SWTRACE_CURSES_POOR_TERMINAL : SWTRACE_CURSES_UNKNOWN_TERMINAL;
  const char *moving = tigetstr("cup");
  if (moving == NULL || moving == (const char *)-1) {
    del_curterm(cur_term);
    return SWTRACE_CURSES_POOR_TERMINAL;
  }
  del_curterm(cur_term);

  held.input = input;
  held.output = output;
  held.is_modern = modern;
  held.has_mouse = modern;
  int copies[2] = {dup(input), dup(output)};
  held.in = copies[0] < 0 ? NULL : fdopen(copies[0], "r");
  held.out = copies[1] < 0 ? NULL : fdopen(copies[1], "w");
  if (held.in == NULL || held.out == NULL) return SWTRACE_CURSES_NO_MEMORY;
  if (swtrace_rescue_catch_signals() != 0) return SWTRACE_CURSES_NO_MEMORY;
  held.screen = newterm((char *)terminal, held.out, held.in);
  if (held.screen == NULL) {
    swtrace_rescue_release_signals();
    fclose(held.in);
    fclose(held.out);
    return SWTRACE_CURSES_POOR_TERMINAL;
  }
  prepare_rescue();
  swtrace_rescue_arm();
  use_raw();
  def_prog_mode();
  typeahead(-1);
  if (has_colors()) {
    start_color();
    use_default_colors();
  }
  leaveok(stdscr, FALSE);
  scrollok(stdscr, FALSE);
  curs_set(0);
  swtrace_curses_resize();
  use_modes();
  return SWTRACE_CURSES_STARTED;
}

/* Gives the screen back, keeping what curses knows of it. */
static void leave(void) {
  if (held.is_modern) say(MOUSE_OFF PASTE_OFF);
  curs_set(1);
  endwin();
  char bytes[64];
  if (append(bytes, 0, sizeof bytes, "rmcup") == 0)
    swtrace_rescue_write(held.output, bytes, append(bytes, 0, sizeof bytes, "el"));
  tcsetattr(held.input, TCSANOW, &held.found);
  swtrace_rescue_disarm();
}

void swtrace_curses_end(void) {
  if (held.screen == NULL) return;
  leave();
  swtrace_rescue_release_signals();
  delscreen(held.screen);
  fclose(held.in);
  fclose(held.out);
  memset(&held, 0, sizeof held);
}

static void take(void) {
  /* Settings that were changed meanwhile are kept, but not those of a shell that reads a line. */
  if (tcgetpgrp(held.input) == getpgrp()) tcgetattr(held.input, &held.found);
  prepare_rescue();
  swtrace_rescue_arm();
  use_raw();
  def_prog_mode();
  swtrace_curses_resize();
  curs_set(0);
  use_modes();
}

void swtrace_curses_suspend(void) {
  if (held.screen == NULL) return;
  leave();
  swtrace_rescue_release_signals();
  kill(0, SIGTSTP);
  swtrace_rescue_catch_signals();
  take();
}

/* The shell has put its own settings on the terminal, or has put ours back: what was found first
   stays what is to be given back. */
void swtrace_curses_retake(void) {
  if (held.screen == NULL) return;
  tcsetattr(held.input, TCSANOW, &held.raw);
  char bytes[64];
  size_t count = append(bytes, 0, sizeof bytes, "smcup");
  swtrace_rescue_write(held.output, bytes, count);
  swtrace_curses_resize();
  curs_set(1);
  curs_set(0);
  use_modes();
}

int swtrace_curses_wake_descriptor(void) { return swtrace_rescue_wake_descriptor(); }

void swtrace_curses_resize(void) {
  struct winsize size;
  if (ioctl(held.output, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
    resize_term(size.ws_row, size.ws_col);
  swtrace_curses_redraw();
}

void swtrace_curses_size(int *rows, int *columns) {
  *rows = LINES;
  *columns = COLS;
}

int swtrace_curses_colours(void) { return has_colors() ? COLORS : 0; }

int swtrace_curses_direct(void) {
  char name[] = "RGB";
  const char *text = tigetstr(name);
  return tigetflag(name) > 0 || tigetnum(name) > 0 || (text != NULL && text != (const char *)-1);
}

int swtrace_curses_pair(int pair, int foreground, int background) {
  if (pair >= COLOR_PAIRS) return -1;
  return init_extended_pair(pair, foreground, background) == OK ? 0 : -1;
}

static void put_one(int row, int column, wchar_t glyph, int width, attr_t attributes, int pair) {
  wchar_t text[2] = {glyph, L'\0'};
  cchar_t cell;
  if (wcwidth(glyph) != width) {
    text[0] = L'?';
    if (width == 2) put_one(row, column + 1, L' ', 1, attributes, pair);
  }
  if (setcchar(&cell, text, attributes, (short)pair, &pair) == OK)
    mvwadd_wchnstr(stdscr, row, column, &cell, 1);
}

void swtrace_curses_put(int row, int column, const uint32_t *glyphs, int count, int attributes,
                        int pair) {
  attr_t style = A_NORMAL;
  if (attributes & SWTRACE_CURSES_BOLD) style |= WA_BOLD;
  if (attributes & SWTRACE_CURSES_UNDERLINE) style |= WA_UNDERLINE;
  if (attributes & SWTRACE_CURSES_REVERSE) style |= WA_REVERSE;
  for (int i = 0; i < count; i++) {
    if (glyphs[i] == 0) continue;
    int width = i + 1 < count && glyphs[i + 1] == 0 ? 2 : 1;
    put_one(row, column + i, (wchar_t)glyphs[i], width, style, pair);
  }
}

void swtrace_curses_cursor(int row, int column) {
  if (row >= 0) wmove(stdscr, row, column);
  curs_set(row >= 0);
}

void swtrace_curses_refresh(void) {
  if (held.is_modern) say(SYNCHRONISED_BEGIN);
  wrefresh(stdscr);
  if (held.is_modern) say(SYNCHRONISED_END);
}

void swtrace_curses_redraw(void) { clearok(stdscr, TRUE); }

void swtrace_curses_mouse(int on) {
  if (!held.is_modern || held.has_mouse == on) return;
  held.has_mouse = on;
  say(on ? MOUSE_ON : MOUSE_OFF);
}

void swtrace_curses_write(const uint8_t *bytes, int count) {
  swtrace_rescue_write(held.output, bytes, (size_t)count);
}
