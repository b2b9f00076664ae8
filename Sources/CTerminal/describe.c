#include <curses.h>
#include <string.h>
#include <term.h>

#include "CTerminal.h"

static bool has_string(const char *name) {
  const char *value = tigetstr(name);
  return value != NULL && value != (char *)-1 && *value != '\0';
}

ct_type_facts ct_describe_type(const char *type, int tty) {
  ct_type_facts facts = {.status = ct_check_type(type, tty), .colors = -1, .has_mouse = false};
  int status = 0;
  if (facts.status != CT_TYPE_USABLE || setupterm(type, tty, &status) != OK) return facts;
  int colors = tigetnum("colors");
  facts.colors = colors < 0 ? -1 : colors;
  facts.has_mouse = has_string("kmous") || has_string("XM");
  del_curterm(cur_term);
  return facts;
}
