#define _GNU_SOURCE  // newlocale

#include "CTerminal.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Part of the C library itself, so that it is there where no locale is installed.
static const char *const substitute = "C.UTF-8";

static bool exists(const char *name, bool *is_utf8) {
  locale_t locale = newlocale(LC_CTYPE_MASK, name, NULL);
  *is_utf8 = false;
  if (locale == NULL) return false;
  *is_utf8 = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
  freelocale(locale);
  return true;
}

// As in "de_DE.UTF-8" and "en_US.utf8@euro".
static bool says_utf8(const char *name) {
  const char *encoding = strchr(name, '.');
  return encoding != NULL
      && (strncasecmp(encoding, ".utf-8", 6) == 0 || strncasecmp(encoding, ".utf8", 5) == 0);
}

bool ct_locale_named_exists(const char *name, bool *is_utf8) {
  if (exists(name, is_utf8)) return true;
  bool can_substitute = false;
  exists(substitute, &can_substitute);
  *is_utf8 = can_substitute && says_utf8(name);
  return false;
}

void ct_use_locale(void) {
  if (setlocale(LC_CTYPE, "") != NULL) return;
  const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  for (int i = 0; i < 3; i++) {
    const char *name = getenv(variables[i]);
    if (name == NULL || *name == 0) continue;
    bool is_utf8;
    if (!ct_locale_named_exists(name, &is_utf8) && is_utf8) setlocale(LC_CTYPE, substitute);
    return;
  }
}

bool ct_locale_is_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }
