#include "CKernels.h"
#include "Vector.h"

// A tile of the result stays in registers while the inner index runs: 6 rows of 4 vectors where there are 32 registers
// of 16 floats, of one vector where there are 16 of 8.
#define ROWS 6

typedef struct {
  size_t inner;
  const float* left;
  size_t row_step, inner_step;
  const float* right;
  size_t right_stride;
  float* result;
  size_t result_stride;
} operands;

// Computes `rows` ≤ 6 rows and `vectors` ≤ 4 vectors of columns; the last vector has `count` columns.
INLINE void tile(const operands* o, size_t rows, size_t vectors, size_t count, int adds) {
  floats sums[ROWS][4], b[4];
#define AT(v) ((v) + 1 < vectors ? LANES : count)
  for (size_t i = 0; i < rows; i++) {
    for (size_t v = 0; v < vectors; v++) {
      sums[i][v] = SPLAT(0.0f);
      if (adds) load(&sums[i][v], o->result + i * o->result_stride + LANES * v, AT(v));
    }
  }
  for (size_t k = 0; k < o->inner; k++) {
    for (size_t v = 0; v < vectors; v++) load(&b[v], o->right + k * o->right_stride + LANES * v, AT(v));
    for (size_t i = 0; i < rows; i++) {
      const floats a = SPLAT(o->left[i * o->row_step + k * o->inner_step]);
      for (size_t v = 0; v < vectors; v++) sums[i][v] = FMA(a, b[v], sums[i][v]);
    }
  }
  for (size_t i = 0; i < rows; i++) {
    for (size_t v = 0; v < vectors; v++)
      store(o->result + i * o->result_stride + LANES * v, AT(v), &sums[i][v]);
  }
#undef AT
}

// All rows of some columns, so that what they take of the right operand stays in the first cache.
INLINE void panel(operands o, size_t rows, size_t column, size_t vectors, size_t count, int adds) {
  o.right += column;
  o.result += column;
  for (; rows >= ROWS; rows -= ROWS) {
    tile(&o, ROWS, vectors, count, adds);
    o.left += ROWS * o.row_step;
    o.result += ROWS * o.result_stride;
  }
  switch (rows) {
    case 5: tile(&o, 5, vectors, count, adds); break;
    case 4: tile(&o, 4, vectors, count, adds); break;
    case 3: tile(&o, 3, vectors, count, adds); break;
    case 2: tile(&o, 2, vectors, count, adds); break;
    case 1: tile(&o, 1, vectors, count, adds); break;
    default: break;
  }
}

INLINE void panels(const operands* o, size_t rows, size_t columns, size_t vectors, int adds) {
  size_t n = 0;
  for (; n + LANES * vectors <= columns; n += LANES * vectors) panel(*o, rows, n, vectors, LANES, adds);
  for (; n + LANES <= columns; n += LANES) panel(*o, rows, n, 1, LANES, adds);
  if (n < columns) panel(*o, rows, n, 1, columns - n, adds);
}

size_t awn_product_vectors(void) {
  switch (awn_level()) {
    case AWN_LEVEL_X86_64_V4: return 4;
    case AWN_LEVEL_X86_64_V3:
    case AWN_LEVEL_ARM64: return 1;
    default: return 0;
  }
}

MULTIVERSION
void awn_product(size_t rows, size_t columns, size_t inner, const float* left, size_t row_step, size_t inner_step,
                 const float* right, size_t right_stride, float* result, size_t result_stride, int adds) {
  const operands o = {inner, left, row_step, inner_step, right, right_stride, result, result_stride};
  if (awn_product_vectors() == 4) {
    if (adds) {
      panels(&o, rows, columns, 4, 1);
    } else {
      panels(&o, rows, columns, 4, 0);
    }
  } else if (adds) {
    panels(&o, rows, columns, 1, 1);
  } else {
    panels(&o, rows, columns, 1, 0);
  }
}
