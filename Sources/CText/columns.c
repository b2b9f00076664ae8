#define _GNU_SOURCE
#include "CText.h"

#include <locale.h>
#include <pthread.h>
#include <wchar.h>

static locale_t unicode;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_unicode(void) { unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", 0); }

int ctext_columns(uint32_t scalar) {
  pthread_once(&once, make_unicode);
  if (!unicode) return -1;
  locale_t former = uselocale(unicode);
  int columns = wcwidth((wchar_t)scalar);
  uselocale(former);
  return columns;
}
