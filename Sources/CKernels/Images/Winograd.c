// The tiles of Winograd's convolutions: see WinogradPoints.h.

#include <string.h>

#include "WinogradPoints.h"

#define TILES AWN_WINOGRAD_TILES

_Static_assert(TILES % 8 == 0, "tiles are multiplied in blocks of eight");

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
#define SIXTEEN(c, lanes) transform_input_16(shape, channels, image, at, c, lanes, out + (c), plane)
#define EIGHT(c, lanes) transform_input_8(shape, channels, image, at, c, lanes, out + (c), plane)
    FOR_EACH_PART(channels, SIXTEEN, EIGHT)
#undef SIXTEEN
#undef EIGHT
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
#define SIXTEEN(c, lanes) transform_product_16(shape, channels, m + (c), plane, at, lanes, out + (c))
#define EIGHT(c, lanes) transform_product_8(shape, channels, m + (c), plane, at, lanes, out + (c))
    FOR_EACH_PART(channels, SIXTEEN, EIGHT)
#undef SIXTEEN
#undef EIGHT
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
#define SIXTEEN(c, lanes) transform_gradient_16(shape, channels, in + (c), at, lanes, out + (c), plane)
#define EIGHT(c, lanes) transform_gradient_8(shape, channels, in + (c), at, lanes, out + (c), plane)
    FOR_EACH_PART(channels, SIXTEEN, EIGHT)
#undef SIXTEEN
#undef EIGHT
  }
}

// A block of a product, held in registers: c[ROWS, VECTORS · SIZE] = (or +=) Σ_k a[i · row + k · step] · b[k, ·], by
// vectors of SIZE floats.
#define BLOCK(name, type, SIZE, ROWS, VECTORS)                                                                      \
  INLINE void name(size_t inner, size_t columns, const float* a, size_t row, size_t step, const float* b, float* c, \
                   int sums) {                                                                                      \
    type s[ROWS][VECTORS];                                                                                          \
    for (size_t i = 0; i < ROWS; i++)                                                                               \
      for (size_t v = 0; v < VECTORS; v++)                                                                          \
        s[i][v] = sums ? LOAD_AS(type, c + i * columns + v * SIZE) : (type){0};                                     \
    for (size_t k = 0; k < inner; k++) {                                                                            \
      type w[VECTORS];                                                                                              \
      for (size_t v = 0; v < VECTORS; v++) w[v] = LOAD_AS(type, b + k * columns + v * SIZE);                        \
      for (size_t i = 0; i < ROWS; i++)                                                                             \
        for (size_t v = 0; v < VECTORS; v++) s[i][v] = FMA(a[i * row + k * step], w[v], s[i][v]);                   \
    }                                                                                                               \
    for (size_t i = 0; i < ROWS; i++)                                                                               \
      for (size_t v = 0; v < VECTORS; v++) STORE_AS(type, c + i * columns + v * SIZE, s[i][v]);                     \
  }

BLOCK(block_8x32, floats, 16, 8, 2)
BLOCK(block_8x16, floats, 16, 8, 1)
BLOCK(block_4x16, floats, 16, 4, 1)
BLOCK(block_8x8, eight_floats, 8, 8, 1)

// c[rows, columns] = (or +=) a · b, rows and columns multiples of eight; a's element i, k is a[i · row + k · step].
INLINE void multiply(int wide, size_t rows, size_t inner, size_t columns, const float* a, size_t row, size_t step,
                     const float* b, float* c, int sums) {
  size_t n = 0;
#define COLUMNS(ROWS, SIZE, block)                                       \
  for (; n + SIZE <= columns; n += SIZE)                                 \
    for (size_t i = 0; i < rows; i += ROWS)                              \
      block(inner, columns, a + i * row, row, step, b + n, c + i * columns + n, sums);
  if (wide) {
    COLUMNS(8, 32, block_8x32)
    COLUMNS(8, 16, block_8x16)
  } else {
    COLUMNS(4, 16, block_4x16)
  }
  COLUMNS(8, 8, block_8x8)
#undef COLUMNS
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
    const size_t rows = (count + 7) / 8 * 8;
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
    case 8: call(8); break;            \
    case 16: call(16); break;          \
    case 32: call(32); break;          \
    case 64: call(64); break;          \
    default: call(channels); break;    \
  }

LEVEL_4
static void convolve_wide(const awn_winograd_shape* shape, const float* input, const float* filter, float* scratch,
                          float* result) {
#define CALL(channels) convolve(1, shape, channels, input, filter, scratch, result)
  FOR_EACH_WIDTH(CALL, shape->inputs)
#undef CALL
}

BELOW_LEVEL_4
static void convolve_narrow(const awn_winograd_shape* shape, const float* input, const float* filter, float* scratch,
                            float* result) {
#define CALL(channels) convolve(0, shape, channels, input, filter, scratch, result)
  FOR_EACH_WIDTH(CALL, shape->inputs)
#undef CALL
}

LEVEL_4
static void sum_products_wide(const awn_winograd_shape* shape, const float* input, const float* result_gradient,
                              float* scratch, float* sums) {
#define CALL(channels) sum_products(1, shape, channels, input, result_gradient, scratch, sums)
  FOR_EACH_WIDTH(CALL, shape->inputs)
#undef CALL
}

BELOW_LEVEL_4
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
