// The tiles of Winograd's convolutions: see WinogradPoints.h.

#include <string.h>

#include "WinogradPoints.h"

#define TILES AWN_WINOGRAD_TILES

// `multiply` takes rows in blocks of up to sixteen.
_Static_assert(TILES % 16 == 0, "tiles are multiplied in blocks of sixteen");

// A tile among all images, by its first output, in rows and then images.
typedef struct {
  size_t image, row, column;
} tile;

static size_t tiles_along(size_t pixels) { return (pixels + 3) / 4; }

INLINE tile tile_at(const awn_winograd_shape* shape, size_t index) {
  const size_t across = tiles_along(shape->width), each = across * tiles_along(shape->height);
  return (tile){index / each, index % each / across * 4, index % across * 4};
}

INLINE void advance(const awn_winograd_shape* shape, tile* at) {
  if ((at->column += 4) < shape->width) return;
  at->column = 0;
  if ((at->row += 4) < shape->height) return;
  at->row = 0;
  at->image++;
}

// Bᵀ d B of sixteen channels of a tile, of which there are `lanes`.
INLINE void transform_input(const awn_winograd_shape* shape, size_t channels, const float* image, tile at, size_t c,
                            size_t lanes, float* out, size_t plane) {
  // Inputs that are pixels of the image and not of its border.
  const size_t top = at.row == 0, bottom = least(SIDE, shape->height - at.row + 1);
  const size_t left = at.column == 0, right = least(SIDE, shape->width - at.column + 1);
  floats across[SIDE][SIDE];
  for (size_t i = 0; i < SIDE; i++) {
    floats d[SIDE];
    for (size_t j = 0; j < SIDE; j++) {
      d[j] = SPLAT(0.0f);
      if (i >= top && i < bottom && j >= left && j < right)
        load(&d[j], image + ((at.row + i - 1) * shape->width + at.column + j - 1) * channels + c, lanes);
    }
    transform_six(d, across[i]);
  }
  for (size_t j = 0; j < SIDE; j++) {
    floats d[SIDE], down[SIDE];
    for (size_t i = 0; i < SIDE; i++) d[i] = across[i][j];
    transform_six(d, down);
    for (size_t i = 0; i < SIDE; i++) STORE(out + (SIDE * i + j) * plane, down[i]);
  }
}

// patches[36, TILES, padded channels] = Bᵀ d B of `count` tiles from `first` on; zeros for the others, which are
// multiplied too, and in padding.
INLINE void transform_inputs(const awn_winograd_shape* shape, size_t channels, const float* input, size_t first,
                             size_t count, float* patches) {
  const size_t padded = awn_winograd_padded(channels), plane = TILES * padded;
  for (size_t p = 0; count < TILES && p < POINTS; p++)
    memset(patches + p * plane + count * padded, 0, (TILES - count) * padded * sizeof(float));
  tile at = tile_at(shape, first);
  for (size_t t = 0; t < count; t++, advance(shape, &at)) {
    const float* image = input + at.image * shape->height * shape->width * channels;
    float* out = patches + t * padded;
#define PART(c, lanes) transform_input(shape, channels, image, at, c, lanes, out + (c), plane)
    FOR_EACH_VECTOR(channels, PART)
#undef PART
  }
}

INLINE void transform_product(const awn_winograd_shape* shape, size_t channels, const float* products, size_t plane,
                              tile at, size_t lanes, float* out) {
  const size_t rows = least(4, shape->height - at.row), columns = least(4, shape->width - at.column);
  floats down[4][SIDE];
  for (size_t j = 0; j < SIDE; j++) {
    floats m[SIDE], y[4];
    for (size_t i = 0; i < SIDE; i++) m[i] = LOAD(products + (SIDE * i + j) * plane);
    transform_back(m, y);
    for (size_t i = 0; i < 4; i++) down[i][j] = y[i];
  }
  for (size_t i = 0; i < 4; i++) {
    if (i >= rows) continue;
    floats y[4];
    transform_back(down[i], y);
    for (size_t j = 0; j < 4; j++)
      if (j < columns) store(out + (i * shape->width + j) * channels, lanes, &y[j]);
  }
}

// result's tiles of 4×4 = Aᵀ m A of products[36, TILES, padded channels].
INLINE void transform_products(const awn_winograd_shape* shape, size_t channels, const float* products, size_t first,
                               size_t count, float* result) {
  const size_t padded = awn_winograd_padded(channels), plane = TILES * padded;
  tile at = tile_at(shape, first);
  for (size_t t = 0; t < count; t++, advance(shape, &at)) {
    float* out = result + ((at.image * shape->height + at.row) * shape->width + at.column) * channels;
    const float* m = products + t * padded;
#define PART(c, lanes) transform_product(shape, channels, m + (c), plane, at, lanes, out + (c))
    FOR_EACH_VECTOR(channels, PART)
#undef PART
  }
}

INLINE void transform_gradient(const awn_winograd_shape* shape, size_t channels, const float* in, tile at,
                               size_t lanes, float* out, size_t plane) {
  const size_t rows = least(4, shape->height - at.row), columns = least(4, shape->width - at.column);
  floats across[4][SIDE];
  for (size_t i = 0; i < 4; i++) {
    floats y[4];
    for (size_t j = 0; j < 4; j++) {
      y[j] = SPLAT(0.0f);
      if (i < rows && j < columns) load(&y[j], in + (i * shape->width + j) * channels, lanes);
    }
    transform_four(y, across[i]);
  }
  for (size_t j = 0; j < SIDE; j++) {
    const floats y[4] = {across[0][j], across[1][j], across[2][j], across[3][j]};
    floats down[SIDE];
    transform_four(y, down);
    for (size_t i = 0; i < SIDE; i++) STORE(out + (SIDE * i + j) * plane, down[i]);
  }
}

// transformed[36, TILES, padded channels] = A ∂y Aᵀ of the gradient's tiles.
INLINE void transform_gradients(const awn_winograd_shape* shape, size_t channels, const float* gradient, size_t first,
                                size_t count, float* transformed) {
  const size_t padded = awn_winograd_padded(channels), plane = TILES * padded;
  tile at = tile_at(shape, first);
  for (size_t t = 0; t < count; t++, advance(shape, &at)) {
    const float* in = gradient + ((at.image * shape->height + at.row) * shape->width + at.column) * channels;
    float* out = transformed + t * padded;
#define PART(c, lanes) transform_gradient(shape, channels, in + (c), at, lanes, out + (c), plane)
    FOR_EACH_VECTOR(channels, PART)
#undef PART
  }
}

// A block of a product, held in registers: c[ROWS, 16 · VECTORS] = (or +=) Σ_k a[i · row + k · step] · b[k, ·].
#define BLOCK(ROWS, VECTORS, sums)                                                        \
  {                                                                                       \
    floats s[ROWS][VECTORS];                                                              \
    for (int i = 0; i < ROWS; i++)                                                        \
      for (int v = 0; v < VECTORS; v++) s[i][v] = (sums) ? LOAD(c + (size_t)i * columns + v * LANES) : SPLAT(0.0f); \
    for (size_t k = 0; k < inner; k++) {                                                  \
      floats w[VECTORS];                                                                  \
      for (int v = 0; v < VECTORS; v++) w[v] = LOAD(b + k * columns + v * LANES);         \
      for (int i = 0; i < ROWS; i++) {                                                    \
        const floats x = SPLAT(a[(size_t)i * row + k * step]);                            \
        for (int v = 0; v < VECTORS; v++) s[i][v] = FMA(x, w[v], s[i][v]);                \
      }                                                                                   \
    }                                                                                     \
    for (int i = 0; i < ROWS; i++)                                                        \
      for (int v = 0; v < VECTORS; v++) STORE(c + (size_t)i * columns + v * LANES, s[i][v]); \
  }

INLINE void block_16x1(size_t inner, size_t columns, const float* a, size_t row, size_t step, const float* b, float* c,
                       int sums) {
  BLOCK(16, 1, sums)
}

INLINE void block_8x2(size_t inner, size_t columns, const float* a, size_t row, size_t step, const float* b, float* c,
                      int sums) {
  BLOCK(8, 2, sums)
}

INLINE void block_4x1(size_t inner, size_t columns, const float* a, size_t row, size_t step, const float* b, float* c,
                      int sums) {
  BLOCK(4, 1, sums)
}

// c[rows, columns] = (or +=) a · b, rows a multiple of 16, columns of 16; a's element i, k is a[i · row + k · step].
INLINE void multiply(int wide, size_t rows, size_t inner, size_t columns, const float* a, size_t row, size_t step,
                     const float* b, float* c, int sums) {
  size_t n = 0;
  if (wide) {
    for (; n + 2 * LANES <= columns; n += 2 * LANES)
      for (size_t i = 0; i < rows; i += 8)
        block_8x2(inner, columns, a + i * row, row, step, b + n, c + i * columns + n, sums);
    for (; n < columns; n += LANES)
      for (size_t i = 0; i < rows; i += 16)
        block_16x1(inner, columns, a + i * row, row, step, b + n, c + i * columns + n, sums);
  } else {
    for (; n < columns; n += LANES)
      for (size_t i = 0; i < rows; i += 4)
        block_4x1(inner, columns, a + i * row, row, step, b + n, c + i * columns + n, sums);
  }
}

// Thirty-two registers of sixteen floats hold larger blocks.
static int has_wide_registers(void) { return awn_level() == AWN_LEVEL_X86_64_V4; }

static size_t tiles(const awn_winograd_shape* shape) {
  return shape->images * tiles_along(shape->height) * tiles_along(shape->width);
}

INLINE void convolve(int wide, const awn_winograd_shape* shape, size_t inputs, const float* input,
                     const float* filter, float* scratch, float* result) {
  const size_t outputs = awn_winograd_padded(shape->outputs), total = tiles(shape);
  const size_t channels = inputs, width = awn_winograd_padded(inputs);
  float* products = scratch + POINTS * TILES * width;
  for (size_t first = 0; first < total; first += TILES) {
    const size_t count = total - first < TILES ? total - first : TILES;
    transform_inputs(shape, channels, input, first, count, scratch);
    const size_t rows = (count + 15) / 16 * 16;
    for (size_t p = 0; p < POINTS; p++)
      multiply(wide, rows, channels, outputs, scratch + p * TILES * width, width, 1, filter + p * width * outputs,
               products + p * TILES * outputs, 0);
    transform_products(shape, shape->outputs, products, first, count, result);
  }
}

INLINE void sum_products(int wide, const awn_winograd_shape* shape, size_t inputs, const float* input,
                         const float* result_gradient, float* scratch, float* sums) {
  const size_t outputs = awn_winograd_padded(shape->outputs), width = awn_winograd_padded(inputs);
  const size_t total = tiles(shape);
  float* transformed = scratch + POINTS * TILES * width;
  memset(sums, 0, POINTS * width * outputs * sizeof(float));
  for (size_t first = 0; first < total; first += TILES) {
    const size_t count = total - first < TILES ? total - first : TILES;
    transform_inputs(shape, inputs, input, first, count, scratch);
    transform_gradients(shape, shape->outputs, result_gradient, first, count, transformed);
    for (size_t p = 0; p < POINTS; p++)
      multiply(wide, width, count, outputs, scratch + p * TILES * width, 1, width, transformed + p * TILES * outputs,
               sums + p * width * outputs, 1);
  }
}

// One call for each of the usual numbers of channels: with constant strides, addresses need no registers.
#define FOR_EACH_WIDTH(call, channels) \
  switch (channels) {                  \
    case 16: call(16); break;          \
    case 32: call(32); break;          \
    case 64: call(64); break;          \
    default: call(channels); break;    \
  }

MULTIVERSION
static void convolve_wide(const awn_winograd_shape* shape, const float* input, const float* filter, float* scratch,
                          float* result) {
#define CALL(channels) convolve(1, shape, channels, input, filter, scratch, result)
  FOR_EACH_WIDTH(CALL, shape->inputs)
#undef CALL
}

MULTIVERSION
static void convolve_narrow(const awn_winograd_shape* shape, const float* input, const float* filter, float* scratch,
                            float* result) {
#define CALL(channels) convolve(0, shape, channels, input, filter, scratch, result)
  FOR_EACH_WIDTH(CALL, shape->inputs)
#undef CALL
}

MULTIVERSION
static void sum_products_wide(const awn_winograd_shape* shape, const float* input, const float* result_gradient,
                              float* scratch, float* sums) {
#define CALL(channels) sum_products(1, shape, channels, input, result_gradient, scratch, sums)
  FOR_EACH_WIDTH(CALL, shape->inputs)
#undef CALL
}

MULTIVERSION
static void sum_products_narrow(const awn_winograd_shape* shape, const float* input, const float* result_gradient,
                                float* scratch, float* sums) {
#define CALL(channels) sum_products(0, shape, channels, input, result_gradient, scratch, sums)
  FOR_EACH_WIDTH(CALL, shape->inputs)
#undef CALL
}

void awn_winograd_convolve(const awn_winograd_shape* shape, const float* input, const float* filter, float* scratch,
                           float* result) {
  (has_wide_registers() ? convolve_wide : convolve_narrow)(shape, input, filter, scratch, result);
}

void awn_winograd_weight_gradient(const awn_winograd_shape* shape, const float* input, const float* result_gradient,
                                  float* scratch, float* gradient) {
  const size_t padded = awn_winograd_padded(shape->inputs) + awn_winograd_padded(shape->outputs);
  float* sums = scratch + POINTS * TILES * padded;
  (has_wide_registers() ? sum_products_wide : sum_products_narrow)(shape, input, result_gradient, scratch, sums);
  awn_winograd_gather(shape->inputs, shape->outputs, sums, gradient);
}
