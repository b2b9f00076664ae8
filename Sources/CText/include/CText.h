#ifndef CTEXT_H
#define CTEXT_H

#include <stdint.h>

/// Columns that terminals give a character: 0, 1 or 2, by the C library's table, whatever the user's language is;
/// -1: not printable, or the C library has no Unicode.
int ctext_columns(uint32_t scalar);

#endif
