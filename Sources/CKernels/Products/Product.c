#include <string.h>

#include "CKernels.h"
#include "Sparse.h"
#include "Vector.h"

// A tile of the result stays in registers while the inner index runs: 6 rows of 4 vectors where there are 32 registers
// of 16 floats, of one vector elsewhere. A panel is all rows of a tile's columns. Tiles read the left operand where it
// lies, and the right one where it lies or from a packed copy of the panel's columns, one row after the other: rows that
// lie far apart displace each other in the caches. Every element is summed in the order of the inner index, whatever the
// blocks, so that results do not depend on how a product is divided.
#define ROWS 6
#define WIDE 4

// Inner indices of a packed panel: 24 KB of one vector stay in the first cache, 64 KB of four in the second.
#define DEPTH 384
#define WIDE_DEPTH 256
// Inner indices of four vectors that are read where they lie.
#define DEPTH_IN_PLACE 1024
// Floats of the left operand that are read for all panels in turn, so that they stay in the second cache; and those of a
// transposed one, which is packed.
#define LEFT 65536
#define PACKED_LEFT 49152
// A right operand of so many floats stays in the first cache as it is.
#define SMALL 4096

typedef struct {
  size_t inner;
  const float* left;
  size_t row_step, inner_step;
  // From one tile of `left` to the next.
  size_t tile_step;
  const float* right;
  size_t right_stride;
  float* result;
  size_t result_stride;
} operands;

// Computes `rows` ≤ 6 rows and `vectors` ≤ 4 vectors of columns.
INLINE void tile(const operands* o, size_t rows, size_t vectors, int adds) {
  floats sums[ROWS][WIDE], b[WIDE];
  for (size_t i = 0; i < rows; i++) {
    for (size_t v = 0; v < vectors; v++)
      sums[i][v] = adds ? LOAD(o->result + i * o->result_stride + LANES * v) : SPLAT(0.0f);
  }
  for (size_t k = 0; k < o->inner; k++) {
    for (size_t v = 0; v < vectors; v++) b[v] = LOAD(o->right + k * o->right_stride + LANES * v);
    for (size_t i = 0; i < rows; i++) {
      const floats a = SPLAT(o->left[i * o->row_step + k * o->inner_step]);
      for (size_t v = 0; v < vectors; v++) sums[i][v] = FMA(a, b[v], sums[i][v]);
    }
  }
  for (size_t i = 0; i < rows; i++) {
    for (size_t v = 0; v < vectors; v++) STORE(o->result + i * o->result_stride + LANES * v, sums[i][v]);
  }
}

// Copies `count` < 16 floats.
INLINE void copy(float* target, const float* source, size_t count) {
#define PART(size)                                   \
  if (count & (size)) {                              \
    memcpy(target, source, (size) * sizeof(float));  \
    target += (size), source += (size);              \
  }
  PART(8) PART(4) PART(2) PART(1)
#undef PART
}

// Computes `rows` ≤ 6 rows of `count` < 16 columns, of a packed right operand.
INLINE void partial_tile(const operands* o, size_t rows, size_t count, int adds) {
  float buffer[ROWS * LANES] __attribute__((aligned(64))) = {0};
  operands whole = *o;
  whole.result = buffer;
  whole.result_stride = LANES;
  if (adds) {
    for (size_t i = 0; i < rows; i++) copy(buffer + LANES * i, o->result + i * o->result_stride, count);
  }
  tile(&whole, rows, 1, adds);
  for (size_t i = 0; i < rows; i++) copy(o->result + i * o->result_stride, buffer + LANES * i, count);
}

// All rows of `vectors` vectors of columns, or of `count` < 16 columns.
INLINE void panel(operands o, size_t rows, size_t vectors, size_t count, int adds) {
#define TILE(rows) (count < LANES ? partial_tile(&o, rows, count, adds) : tile(&o, rows, vectors, adds))
  for (; rows >= ROWS; rows -= ROWS) {
    TILE(ROWS);
    o.left += o.tile_step;
    o.result += ROWS * o.result_stride;
  }
  switch (rows) {
    case 5: TILE(5); break;
    case 4: TILE(4); break;
    case 3: TILE(3); break;
    case 2: TILE(2); break;
    case 1: TILE(1); break;
    default: break;
  }
#undef TILE
}

// packed[k, n] = right[k, n], or right[n, k] if it is transposed, for n < columns; 0 for the others of `width` columns.
INLINE void pack_right(const float* right, size_t stride, int is_transposed, size_t inner, size_t columns, size_t width,
                       float* packed) {
  if (is_transposed) {
    if (columns < width) memset(packed, 0, inner * width * sizeof(float));
    awn_transpose(columns, inner, right, stride, packed, width);
    return;
  }
  for (size_t k = 0; k < inner; k++) {
    if (columns == LANES) {
      STORE(packed + LANES * k, LOAD(right + k * stride));
    } else {
      STORE(packed + LANES * k, SPLAT(0.0f));
      copy(packed + LANES * k, right + k * stride, columns);
    }
  }
}

// The rows of a transposed left operand, tile by tile.
INLINE void pack_left(const float* left, size_t inner_step, size_t rows, size_t inner, float* packed) {
  for (size_t k = 0; k < inner; k++) {
    const float* source = left + k * inner_step;
    float* target = packed + k * ROWS;
    size_t i = 0;
    for (; i + ROWS <= rows; i += ROWS) memcpy(target + i * inner, source + i, ROWS * sizeof(float));
    for (size_t j = i; j < rows; j++) target[i * inner + j - i] = source[j];
  }
}

// For registers that hold one vector of a tile.
MULTIVERSION
static void product(const operands* whole, size_t rows, size_t columns, int is_transposed, int adds) {
  float packed[DEPTH * LANES] __attribute__((aligned(64)));
  float packed_left[PACKED_LEFT] __attribute__((aligned(64)));
  operands o = *whole;
  // A copy pays if several panels read it.
  const int packs_left = o.inner_step > 1 && columns > 4 * LANES;
  // Blocks of nearly the same depth: a last one of a few would read and write the whole result for little.
  const size_t blocks = (whole->inner + DEPTH - 1) / DEPTH, depth = (whole->inner + blocks - 1) / blocks;
  for (size_t first = 0; first < whole->inner; first += depth) {
    o.inner = whole->inner - first < depth ? whole->inner - first : depth;
    // A copy of the right operand pays if several tiles read it.
    const int packs_right =
        is_transposed || (rows >= 2 * ROWS && whole->right_stride > LANES && o.inner * whole->right_stride > SMALL);
    size_t height = (packs_left ? PACKED_LEFT : LEFT) / o.inner / ROWS * ROWS;
    if (!packs_left && rows <= height + height / 2) height = rows;
    for (size_t row = 0; row < rows; row += height) {
      const size_t count = rows - row < height ? rows - row : height;
      o.left = whole->left + row * whole->row_step + first * whole->inner_step;
      if (packs_left) {
        pack_left(o.left, whole->inner_step, count, o.inner, packed_left);
        o.left = packed_left, o.inner_step = ROWS, o.tile_step = ROWS * o.inner;
      }
      for (size_t n = 0; n < columns; n += LANES) {
        const size_t width = columns - n < LANES ? columns - n : LANES;
        o.right = whole->right + (is_transposed ? n * whole->right_stride + first : first * whole->right_stride + n);
        o.right_stride = whole->right_stride;
        if (packs_right || width < LANES) {
          pack_right(o.right, whole->right_stride, is_transposed, o.inner, width, LANES, packed);
          o.right = packed, o.right_stride = LANES;
        }
        o.result = whole->result + row * whole->result_stride + n;
        if (width == LANES) {
          panel(o, count, 1, LANES, adds || first > 0);
        } else {
          panel(o, count, 1, width, adds || first > 0);
        }
      }
    }
  }
}

// For registers that hold four vectors of a tile: their loads hide what the right operand's rows cost.
LEVEL_4
static void wide_product(const operands* whole, size_t rows, size_t columns, int is_transposed, int adds) {
  float packed[WIDE_DEPTH * WIDE * LANES] __attribute__((aligned(64)));
  operands o = *whole;
  const size_t depth = is_transposed ? WIDE_DEPTH : DEPTH_IN_PLACE;
  for (size_t first = 0; first < whole->inner; first += depth) {
    o.inner = whole->inner - first < depth ? whole->inner - first : depth;
    o.left = whole->left + first * whole->inner_step;
    size_t width = 0;
    for (size_t n = 0; n < columns; n += width) {
      const size_t rest = columns - n;
      width = rest >= WIDE * LANES ? WIDE * LANES : rest >= LANES ? LANES : rest;
      o.right = whole->right + (is_transposed ? n * whole->right_stride + first : first * whole->right_stride + n);
      o.right_stride = whole->right_stride;
      if (is_transposed || width < LANES) {
        const size_t stride = width == WIDE * LANES ? WIDE * LANES : LANES;
        pack_right(o.right, whole->right_stride, is_transposed, o.inner, width, stride, packed);
        o.right = packed, o.right_stride = stride;
      }
      o.result = whole->result + n;
      if (width == WIDE * LANES) {
        panel(o, rows, WIDE, LANES, adds || first > 0);
      } else if (width == LANES) {
        panel(o, rows, 1, LANES, adds || first > 0);
      } else {
        panel(o, rows, 1, width, adds || first > 0);
      }
    }
  }
}

// A narrow result with a transposed left operand, as the gradient of an output layer's weights: the transposed product
// leftᵀ and right exchanged has whole vectors of columns. Its bits are the same.
static int is_exchanged(const operands* o, size_t rows, size_t columns, int right_is_transposed) {
  return columns < LANES && rows >= LANES && o->row_step == 1 && o->inner_step > 1 && !right_is_transposed;
}

// Rows of an exchanged product at once.
#define EXCHANGED 256

static void exchanged_product(const operands* o, size_t rows, size_t columns, int adds) {
  float results[LANES * EXCHANGED] __attribute__((aligned(64)));
  for (size_t row = 0; row < rows; row += EXCHANGED) {
    const size_t count = rows - row < EXCHANGED ? rows - row : EXCHANGED;
    float* target = o->result + row * o->result_stride;
    if (adds) awn_transpose(count, columns, target, o->result_stride, results, EXCHANGED);
    const operands exchanged = {o->inner, o->right, 1, o->right_stride, ROWS, o->left + row, o->inner_step,
                                results, EXCHANGED};
    product(&exchanged, columns, count, 0, adds);
    awn_transpose(columns, count, results, EXCHANGED, target, o->result_stride);
  }
}

void awn_product(size_t rows, size_t columns, size_t inner, const float* left, size_t row_step, size_t inner_step,
                 const float* right, size_t right_stride, int right_is_transposed, float* result, size_t result_stride,
                 int adds) {
  const operands o = {inner, left, row_step, inner_step, ROWS * row_step, right, right_stride, result, result_stride};
  if (inner == 0 && !adds) {
    for (size_t i = 0; i < rows; i++) memset(result + i * result_stride, 0, columns * sizeof(float));
  } else if (!right_is_transposed && awn_is_sparse(rows, columns, inner, left, row_step, inner_step)) {
    const size_t whole = columns / LANES * LANES;
    awn_sparse_product(rows, whole, inner, left, row_step, inner_step, right, right_stride, result, result_stride, adds);
    if (whole == columns) return;
    awn_product(rows, columns - whole, inner, left, row_step, inner_step, right + whole, right_stride, 0, result + whole,
                result_stride, adds);
  } else if (is_exchanged(&o, rows, columns, right_is_transposed)) {
    exchanged_product(&o, rows, columns, adds);
  } else if (awn_level() == AWN_LEVEL_X86_64_V4) {
    wide_product(&o, rows, columns, right_is_transposed, adds);
  } else {
    product(&o, rows, columns, right_is_transposed, adds);
  }
}
