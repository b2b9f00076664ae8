// Everything of the terminal that Swift cannot say: curses' globals, macros and variadics, and code that runs
// inside signal handlers. There is one session a process, so the state behind these functions is static.

#ifndef CTERMINAL_H
#define CTERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

// MARK: curses (session.c). One thread only.

typedef enum {
  CT_TYPE_USABLE,
  CT_TYPE_UNKNOWN,
  /// Known, but too simple for a full screen: no cursor addressing, or a hard copy terminal.
  CT_TYPE_UNSUITABLE,
  /// There is no terminfo database.
  CT_TYPE_NO_DATABASE,
} ct_type_status;

/// Takes the character encoding from the environment, and nothing else: numbers keep their decimal point.
void ct_use_locale(void);
/// Whether that encoding is UTF-8.
bool ct_locale_is_utf8(void);
ct_type_status ct_check_type(const char *type, int tty);

/// Puts the terminal into full-screen mode; false if curses refuses. Takes over `tty`, which must block.
bool ct_session_start(const char *type, int tty);
/// Gives the terminal back for a while, then takes it again with a clear screen.
void ct_session_leave(void);
void ct_session_reenter(void);
/// Gives it back for good, and closes `tty`.
void ct_session_finish(void);
void ct_session_resize(int width, int height);

typedef enum { CT_NONE, CT_BYTE, CT_KEY, CT_END_OF_INPUT } ct_token_kind;

/// Names of curses' key codes. A function key n is `CT_KEY_FUNCTION + n`.
typedef enum {
  CT_KEY_OTHER,
  CT_KEY_UP,
  CT_KEY_DOWN,
  CT_KEY_LEFT,
  CT_KEY_RIGHT,
  CT_KEY_SHIFT_LEFT,
  CT_KEY_SHIFT_RIGHT,
  CT_KEY_HOME,
  CT_KEY_END,
  CT_KEY_PAGE_UP,
  CT_KEY_PAGE_DOWN,
  CT_KEY_ENTER,
  CT_KEY_BACK_TAB,
  CT_KEY_BACKSPACE,
  CT_KEY_INSERT,
  CT_KEY_DELETE,
  CT_KEY_FUNCTION = 256,
} ct_key;

typedef struct {
  ct_token_kind kind;
  /// The byte, or a `ct_key`.
  int value;
} ct_token;

/// What was typed next, without waiting, except up to 25 ms for the rest of an escape sequence. `expected`: the
/// terminal has announced input, so having none means that it is gone.
ct_token ct_read_token(bool expected);

/// Terminfo capabilities of the running session; NULL, −1 or false when absent.
const char *ct_capability(const char *name);
const char *ct_capability_with(const char *name, int first, int second);
int ct_capability_number(const char *name);
bool ct_capability_flag(const char *name);

bool ct_window_size(int tty, int *width, int *height);

// MARK: what can be known without a session (describe.c).

typedef struct {
  ct_type_status status;
  /// −1: none stated.
  int colors;
  /// Whether it reports the mouse.
  bool has_mouse;
} ct_type_facts;

/// What terminfo says about a type of terminal. Not while a session runs.
ct_type_facts ct_describe_type(const char *type, int tty);
/// Whether this machine has a locale, and whether its encoding is UTF-8: that of one that is not installed too, if its
/// name says so and the C library can stand in for it, since the name says what the terminal understands.
bool ct_locale_named_exists(const char *name, bool *is_utf8);

// MARK: events (events.c). Signals and wake-ups meet in one descriptor.

/// The bit of `ct_take_events` that a wake-up sets; signal n sets bit n.
enum { CT_WOKEN = 1 };

/// Readable while events wait; −1 if there can be none. Lives as long as the process.
int ct_events_descriptor(void);
/// From any thread, and from signal handlers.
void ct_post(uint32_t events);
uint32_t ct_take_events(void);

void ct_catch_signals(void);
void ct_release_signals(void);
/// Stops the process (`group`: its whole job) as an uncaught SIGTSTP does, and returns once it is continued, or
/// at once if there is no shell that could continue it.
void ct_stop(bool group);

// MARK: last resort (restore.c). However the process ends, the terminal is whole again.

/// What `ct_restore` does: writes `sequence` to `tty` (non-blocking), then sets `modes`.
void ct_restore_prepare(int tty, const struct termios *modes, const void *sequence, size_t length);
/// Whether the terminal is in full-screen mode, and so is to be restored when the process ends.
void ct_restore_arm(bool armed);
/// Restores the terminal and the captured descriptors, once. Safe in a signal handler; never waits for long.
void ct_restore(void);

/// Sends descriptors 1 and 2 into a pipe, and returns its non-blocking end to read, or −1.
int ct_capture_start(void);
/// Like read(2), and remembers the end of what was read in case the process is about to crash.
ptrdiff_t ct_capture_read(void *buffer, size_t capacity);
/// Gives both descriptors back, and copies what nobody has read to the real standard error: first `unreported`.
void ct_capture_finish(const void *unreported, size_t length);

// MARK: a terminal that is left (supervise.c).

/// Goes on in a child process, so that it can leave the terminal and its session while the shell gets its prompt back:
/// the parent passes signals on, stops and ends as the child does, or ends with 0 once the child is released. Only while
/// the process has one thread. False: there is no child, and all goes on as it was.
///
/// `again`: once the child is released, the parent does the same with another one.
bool ct_supervise(bool again);
/// Whether this is such a child that was not released yet.
bool ct_is_supervised(void);
/// What the child before this one said when it was released; empty if there was none.
const char *ct_last_words(void);
/// Leaves terminal and session for good: output goes to `log` (-1: nowhere), and the parent says `words`. False if there
/// is no parent.
bool ct_release(int log, const char *words);

#endif
