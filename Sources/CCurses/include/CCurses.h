/* The terminal, written to by ncurses and left as it was found. Curses only writes: keys are read
   by Swift. No header of ncurses is seen here, so that Swift sees none. */
#ifndef SWTRACE_CCURSES_H
#define SWTRACE_CCURSES_H

#include <stdint.h>

enum swtrace_curses_failure {
  SWTRACE_CURSES_STARTED = 0,
  SWTRACE_CURSES_NOT_A_TERMINAL = 1,
  SWTRACE_CURSES_UNKNOWN_TERMINAL = 2,
  /* It cannot move its cursor. */
  SWTRACE_CURSES_POOR_TERMINAL = 3,
  SWTRACE_CURSES_NO_MEMORY = 4
};

/* Bytes of the wake pipe. */
enum swtrace_curses_wake {
  SWTRACE_CURSES_RESIZED = 'w',
  SWTRACE_CURSES_STOP_ASKED = 't',
  SWTRACE_CURSES_CONTINUED = 'c'
};

enum swtrace_curses_attributes {
  SWTRACE_CURSES_BOLD = 1,
  SWTRACE_CURSES_UNDERLINE = 2,
  SWTRACE_CURSES_REVERSE = 4
};

/* Takes the terminal: its settings, its screen, its signals. `setlocale` comes before. With
   `modern` it is also told of mouse and pastes. One at a time in a process. */
int swtrace_curses_start(int input, int output, const char *terminal, int modern);

/* Gives it back as it was found. */
void swtrace_curses_end(void);

/* Gives the terminal back, stops the process group as Ctrl-Z does, takes it again after `fg`. */
void swtrace_curses_suspend(void);

/* Takes the terminal again after somebody else's stop. */
void swtrace_curses_retake(void);

/* The reading end of the pipe that signals write their byte to. */
int swtrace_curses_wake_descriptor(void);

/* Asks the kernel for the size, tells curses, and draws everything at the next refresh. */
void swtrace_curses_resize(void);
void swtrace_curses_size(int *rows, int *columns);

int swtrace_curses_colours(void);
/* Whether numbers of colours are red, green and blue. */
int swtrace_curses_direct(void);
/* Makes a pair of colours, -1 being the terminal's own. Returns 0, or -1 where it has no such pair. */
int swtrace_curses_pair(int pair, int foreground, int background);

/* Puts glyphs into consecutive cells; a 0 is the right half of the glyph before it. */
void swtrace_curses_put(int row, int column, const uint32_t *glyphs, int count, int attributes,
                        int pair);
/* Shows the cursor, or hides it with a negative row. */
void swtrace_curses_cursor(int row, int column);
void swtrace_curses_refresh(void);
/* Draws everything at the next refresh. */
void swtrace_curses_redraw(void);
void swtrace_curses_mouse(int on);
/* Writes bytes that curses knows nothing of and that move no cursor. */
void swtrace_curses_write(const uint8_t *bytes, int count);

/* Whether the terminal moves its cursor by one column for an é of two bytes: 1, 0, or -1 where it does
   not answer in time. What was typed meanwhile is lost. Before the start. */
int swtrace_curses_probe_utf8(int input, int output, int milliseconds);

#endif
