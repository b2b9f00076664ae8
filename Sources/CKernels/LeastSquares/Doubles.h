#ifndef AWN_DOUBLES_H
#define AWN_DOUBLES_H

// Vectors of doubles.
#define WIDTH 8

typedef double doubles __attribute__((vector_size(8 * WIDTH)));
typedef double loose_doubles __attribute__((vector_size(8 * WIDTH), aligned(8), may_alias));
#define LOAD_DOUBLES(p) (*(const loose_doubles*)(p))
#define STORE_DOUBLES(p, x) (*(loose_doubles*)(p) = (x))

#endif
