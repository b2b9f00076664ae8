#define NCURSES_WIDECHAR 1

#include "CTerminal.h"

#include <curses.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

static SCREEN *screen;
static FILE *stream;
// Keys are read through a pad: reading from a window may refresh it, from a pad never.
static WINDOW *keys;

static bool has_string(const char *name) {
  const char *value = tigetstr(name);
  return value != NULL && value != (char *)-1;
}

ct_type_status ct_check_type(const char *type, int tty) {
  int status = 0;
  if (setupterm(type, tty, &status) != OK) {
    if (status == -1) return CT_TYPE_NO_DATABASE;
    return status == 1 ? CT_TYPE_UNSUITABLE : CT_TYPE_UNKNOWN;
  }
  bool usable = has_string("cup") && has_string("clear");
  del_curterm(cur_term);
  return usable ? CT_TYPE_USABLE : CT_TYPE_UNSUITABLE;
}

static int name_of_key(int code) {
  if (code >= KEY_F0 && code <= KEY_F(63)) return CT_KEY_FUNCTION + code - KEY_F0;
  switch (code) {
    case KEY_UP: case KEY_SR: return CT_KEY_UP;
    case KEY_DOWN: case KEY_SF: return CT_KEY_DOWN;
    case KEY_LEFT: return CT_KEY_LEFT;
    case KEY_RIGHT: return CT_KEY_RIGHT;
    case KEY_SLEFT: return CT_KEY_SHIFT_LEFT;
    case KEY_SRIGHT: return CT_KEY_SHIFT_RIGHT;
    case KEY_HOME: case KEY_SHOME: case KEY_A1: case KEY_FIND: return CT_KEY_HOME;
    case KEY_END: case KEY_SEND: case KEY_C1: case KEY_SELECT: return CT_KEY_END;
    case KEY_PPAGE: case KEY_SPREVIOUS: case KEY_A3: return CT_KEY_PAGE_UP;
    case KEY_NPAGE: case KEY_SNEXT: case KEY_C3: return CT_KEY_PAGE_DOWN;
    case KEY_ENTER: return CT_KEY_ENTER;
    case KEY_BTAB: return CT_KEY_BACK_TAB;
    case KEY_BACKSPACE: return CT_KEY_BACKSPACE;
    case KEY_IC: return CT_KEY_INSERT;
    case KEY_DC: case KEY_SDC: return CT_KEY_DELETE;
    default: return CT_KEY_OTHER;
  }
}

// Curses would report the sequences of all keys in the terminfo entry, and so swallow Ctrl-Z where it is the
// "suspend" key, or take the beginning of a mouse report for the whole.
static void leave_unnamed_keys_alone(void) {
  enum { extended = 512 };  // codes that curses makes up, from KEY_MAX on, for keys beyond its own
  for (int code = KEY_MIN; code <= KEY_MAX + extended; code++) {
    if (name_of_key(code) == CT_KEY_OTHER) define_key(NULL, code);
  }
}

bool ct_session_start(const char *type, int tty) {
  stream = fdopen(tty, "r+");
  if (stream == NULL) {
    close(tty);
    return false;
  }
  // The size comes from the terminal, never from LINES and COLUMNS, which would freeze it.
  use_env(FALSE);
  use_tioctl(TRUE);
  set_escdelay(25);  // the user's ESCDELAY still wins
  screen = newterm(type, stream, stream);
  if (screen == NULL) {
    fclose(stream);
    stream = NULL;
    return false;
  }
  raw();
  noecho();
  nonl();
  curs_set(0);
  keys = newpad(1, 1);
  keypad(keys, TRUE);
  nodelay(keys, TRUE);
  leave_unnamed_keys_alone();
  wrefresh(stdscr);
  return true;
}

void ct_session_leave(void) { endwin(); }

void ct_session_reenter(void) {
  reset_prog_mode();
  clearok(stdscr, TRUE);
  wrefresh(stdscr);
}

void ct_session_finish(void) {
  if (screen == NULL) return;
  delwin(keys);
  delscreen(screen);
  fclose(stream);
  keys = NULL;
  screen = NULL;
  stream = NULL;
}

void ct_session_resize(int width, int height) { resize_term(height, width); }

// Bytes, not wide characters: wget_wch loses the first bytes of a character that arrives in two parts, and
// swallows what follows an invalid one.
ct_token ct_read_token(bool expected) {
  errno = 0;
  int code = wgetch(keys);
  if (code == ERR) {
    bool later = !expected || errno == EAGAIN || errno == EINTR;
    return (ct_token){later ? CT_NONE : CT_END_OF_INPUT, 0};
  }
  if (code < KEY_MIN) return (ct_token){CT_BYTE, code & 0xFF};
  return (ct_token){CT_KEY, name_of_key(code)};
}

const char *ct_capability(const char *name) { return has_string(name) ? tigetstr(name) : NULL; }

const char *ct_capability_with(const char *name, int first, int second) {
  const char *value = ct_capability(name);
  return value == NULL ? NULL : tiparm(value, first, second);
}

int ct_capability_number(const char *name) {
  int value = tigetnum(name);
  return value < 0 ? -1 : value;
}

bool ct_capability_flag(const char *name) { return tigetflag(name) == 1; }

bool ct_window_size(int tty, int *width, int *height) {
  struct winsize size;
  if (ioctl(tty, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return false;
  *width = size.ws_col;
  *height = size.ws_row;
  return true;
}
