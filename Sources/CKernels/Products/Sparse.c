// Products whose left operand is mostly zero, as black pixels and the features of categories are: only its other elements
// are multiplied. Every element of the result is summed in the order of the inner index, as in Product.c, and products
// with zero change no sum: the bits are the same, if the right operand is finite.
#include "Sparse.h"

#include <string.h>

#include "CKernels.h"
#include "Vector.h"

// Inner indices and vectors of columns of a packed part of the right operand: 24 KB stay in the first cache.
#define DEPTH 64
#define WIDTH 6
// Rows of the left operand whose elements are listed at once.
#define HEIGHT 256
// With fewer columns, or a smaller left operand, finding the elements takes longer than multiplying the zeros.
#define MIN_COLUMNS 64
#define MIN_ELEMENTS 1024
// If more than half of the first elements, about this many, are not zero, the operand counts as dense.
#define SAMPLE 512

// A part of the left operand, by rows, with the places of the elements in each row that are not zero.
typedef struct {
  const float* values;
  size_t stride;
  uint8_t counts[HEIGHT];
  uint8_t places[HEIGHT][DEPTH];
} part;

// The number of floats that are not zero.
INLINE size_t count_elements(const float* x, size_t count) {
  ints found = {0};
  size_t n = 0, total = 0;
  for (; n + LANES <= count; n += LANES) found -= LOAD(x + n) != SPLAT(0.0f);
  for (; n < count; n++) total += x[n] != 0.0f;
  for (size_t i = 0; i < LANES; i++) total += (size_t)found[i];
  return total;
}

MULTIVERSION
static int is_sparse(size_t rows, size_t columns, const float* x, size_t stride) {
  const size_t most = rows * columns / 3;
  size_t found = 0;
  for (size_t r = 0; r < rows; r++) {
    found += count_elements(x + r * stride, columns);
    const size_t seen = (r + 1) * columns;
    if (found > most || (seen >= SAMPLE && seen < SAMPLE + columns && found > seen / 2)) return 0;
  }
  return 1;
}

int awn_is_sparse(size_t rows, size_t columns, size_t inner, const float* left, size_t row_step, size_t inner_step) {
  if (columns < MIN_COLUMNS || rows * inner < MIN_ELEMENTS) return 0;
  return inner_step == 1 ? is_sparse(rows, inner, left, row_step) : is_sparse(inner, rows, left, inner_step);
}

// The places of the bits that are set in a number, from the lowest byte on.
#define PLACE(mask, bit) ((uint64_t)((mask) >> (bit)&1) * (bit) << 8 * __builtin_popcount((mask) & ((1 << (bit)) - 1)))
#define PLACES(mask)                                                                                        \
  (PLACE(mask, 1) | PLACE(mask, 2) | PLACE(mask, 3) | PLACE(mask, 4) | PLACE(mask, 5) | PLACE(mask, 6) | \
   PLACE(mask, 7))
#define FOUR(mask) PLACES(mask), PLACES(mask + 1), PLACES(mask + 2), PLACES(mask + 3)
#define SIXTEEN(mask) FOUR(mask), FOUR(mask + 4), FOUR(mask + 8), FOUR(mask + 12)
#define SIXTY_FOUR(mask) SIXTEEN(mask), SIXTEEN(mask + 16), SIXTEEN(mask + 32), SIXTEEN(mask + 48)
static const uint64_t places_of[256] = {SIXTY_FOUR(0), SIXTY_FOUR(64), SIXTY_FOUR(128), SIXTY_FOUR(192)};

typedef int32_t eight_ints __attribute__((vector_size(32)));
typedef _Bool eight_bools __attribute__((ext_vector_type(8)));

// Eight places are written at a time, of which the next ones replace those that are too many: no branch depends on the
// elements.
INLINE void find_elements(part* p, size_t rows, size_t depth) {
  for (size_t i = 0; i < rows; i++) {
    const float* x = p->values + i * p->stride;
    uint8_t* places = p->places[i];
    size_t n = 0, k = 0;
    for (; k + 8 <= depth; k += 8) {
      const eight_ints found = LOAD_AS(eight_floats, x + k) != (eight_floats){0};
      const eight_bools bools = __builtin_convertvector(found, eight_bools);
      uint8_t mask;
      memcpy(&mask, &bools, sizeof mask);
      const uint64_t found_places = places_of[mask] + k * 0x0101010101010101u;
      memcpy(places + n, &found_places, sizeof found_places);
      n += (size_t)__builtin_popcount(mask);
    }
    for (; k < depth; k++) {
      if (x[k] != 0.0f) places[n++] = (uint8_t)k;
    }
    p->counts[i] = (uint8_t)n;
  }
}

// All rows of `vectors` vectors of columns.
INLINE void panel(const part* p, size_t rows, size_t vectors, const float* packed, float* result, size_t stride,
                  int adds) {
  for (size_t i = 0; i < rows; i++) {
    const float* x = p->values + i * p->stride;
    floats sums[WIDTH];
    for (size_t v = 0; v < vectors; v++) sums[v] = adds ? LOAD(result + i * stride + LANES * v) : SPLAT(0.0f);
    for (size_t n = 0; n < p->counts[i]; n++) {
      const size_t k = p->places[i][n];
      const floats a = SPLAT(x[k]);
      for (size_t v = 0; v < vectors; v++) sums[v] = FMA(a, LOAD(packed + (k * vectors + v) * LANES), sums[v]);
    }
    for (size_t v = 0; v < vectors; v++) STORE(result + i * stride + LANES * v, sums[v]);
  }
}

INLINE void packed_panel(const part* p, size_t rows, size_t depth, size_t vectors, const float* right,
                         size_t right_stride, float* packed, float* result, size_t stride, int adds) {
  for (size_t k = 0; k < depth; k++) {
    for (size_t v = 0; v < vectors; v++)
      STORE(packed + (k * vectors + v) * LANES, LOAD(right + k * right_stride + v * LANES));
  }
  panel(p, rows, vectors, packed, result, stride, adds);
}

MULTIVERSION
void awn_sparse_product(size_t rows, size_t columns, size_t inner, const float* left, size_t row_step,
                        size_t inner_step, const float* right, size_t right_stride, float* result,
                        size_t result_stride, int adds) {
  part p;
  float by_rows[HEIGHT * DEPTH], packed[DEPTH * WIDTH * LANES] __attribute__((aligned(64)));
  for (size_t row = 0; row < rows; row += HEIGHT) {
    const size_t height = rows - row < HEIGHT ? rows - row : HEIGHT;
    for (size_t first = 0; first < inner; first += DEPTH) {
      const size_t depth = inner - first < DEPTH ? inner - first : DEPTH;
      p.values = left + row * row_step + first * inner_step, p.stride = row_step;
      if (inner_step > 1) {
        awn_transpose(depth, height, p.values, inner_step, by_rows, DEPTH);
        p.values = by_rows, p.stride = DEPTH;
      }
      find_elements(&p, height, depth);
#define PANELS(vectors)                                                                                         \
  for (; n + (vectors) * LANES <= columns; n += (vectors) * LANES)                                              \
    packed_panel(&p, height, depth, vectors, right + first * right_stride + n, right_stride, packed,            \
                 result + row * result_stride + n, result_stride, adds || first > 0);
      size_t n = 0;
      PANELS(WIDTH) PANELS(4) PANELS(2) PANELS(1)
#undef PANELS
    }
  }
}
