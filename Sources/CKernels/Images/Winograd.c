// 3×3 convolutions by Winograd's F(2×2, 3×3) (Lavin and Gray, arXiv 1509.09308):
//   y = Aᵀ [(G w Gᵀ) ⊙ (Bᵀ d B)] A for a tile y of 2×2 outputs and the 4×4 inputs d that it sees.
// Transposed for the weights: ∂w = Gᵀ [Σ over tiles of (Bᵀ d B) ⊙ (A ∂y Aᵀ)] G.

#include <assert.h>
#include <string.h>

#include "CKernels.h"
#include "Vector.h"

#define TILES AWN_WINOGRAD_TILES

// `multiply` takes rows in blocks of up to sixteen.
_Static_assert(TILES % 16 == 0, "tiles are multiplied in blocks of sixteen");

// out[0 … 3] = Bᵀ of four vectors.
#define INPUT_TRANSFORM(d0, d1, d2, d3, out) \
  (out)[0] = (d0) - (d2);                    \
  (out)[1] = (d1) + (d2);                    \
  (out)[2] = (d2) - (d1);                    \
  (out)[3] = (d1) - (d3);

// A tile among all images, in rows and then images.
typedef struct {
  size_t image, row, column;
} tile;

INLINE tile tile_at(const awn_winograd_shape* shape, size_t index) {
  const size_t across = shape->width / 2, each = across * (shape->height / 2);
  return (tile){index / each, index % each / across * 2, index % across * 2};
}

INLINE void advance(const awn_winograd_shape* shape, tile* at) {
  if ((at->column += 2) < shape->width) return;
  at->column = 0;
  if ((at->row += 2) < shape->height) return;
  at->row = 0;
  at->image++;
}

// Bᵀ d B of sixteen channels of a tile, of which there are `lanes`.
INLINE void transform_input(const awn_winograd_shape* shape, size_t channels, const float* image, tile at, size_t c,
                            size_t lanes, float* out, size_t plane) {
  const int top = at.row == 0, bottom = at.row + 2 == shape->height;
  const int left = at.column == 0, right = at.column + 2 == shape->width;
  floats across[4][4];
  for (int i = 0; i < 4; i++) {
    if ((i == 0 && top) || (i == 3 && bottom)) {
      for (int j = 0; j < 4; j++) across[i][j] = SPLAT(0.0f);
      continue;
    }
    // The second pixel of the four: it is always within the image, unlike the first.
    const float* line = image + ((at.row + (size_t)i - 1) * shape->width + at.column) * channels + c;
    floats d0 = SPLAT(0.0f), d1, d2, d3 = SPLAT(0.0f);
    if (!left) load(&d0, line - channels, lanes);
    load(&d1, line, lanes);
    load(&d2, line + channels, lanes);
    if (!right) load(&d3, line + 2 * channels, lanes);
    INPUT_TRANSFORM(d0, d1, d2, d3, across[i])
  }
  for (int j = 0; j < 4; j++) {
    floats down[4];
    INPUT_TRANSFORM(across[0][j], across[1][j], across[2][j], across[3][j], down)
    for (int i = 0; i < 4; i++) STORE(out + (size_t)(4 * i + j) * plane, down[i]);
  }
}

// patches[16, TILES, padded channels] = Bᵀ d B of `count` tiles from `first` on; zeros for the others, which are
// multiplied too, and in padding.
INLINE void transform_inputs(const awn_winograd_shape* shape, size_t channels, const float* input, size_t first,
                             size_t count, float* patches) {
  const size_t padded = awn_winograd_padded(channels), plane = TILES * padded;
  for (size_t p = 0; count < TILES && p < 16; p++)
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
                              size_t lanes, float* out) {
  floats down[2][4];
  for (int j = 0; j < 4; j++) {
    const float* m = products + (size_t)j * plane;
    const floats m0 = LOAD(m), m1 = LOAD(m + 4 * plane), m2 = LOAD(m + 8 * plane), m3 = LOAD(m + 12 * plane);
    down[0][j] = m0 + m1 + m2;
    down[1][j] = m1 - m2 - m3;
  }
  for (size_t i = 0; i < 2; i++) {
    float* line = out + i * shape->width * channels;
    const floats first = down[i][0] + down[i][1] + down[i][2], second = down[i][1] - down[i][2] - down[i][3];
    store(line, lanes, &first);
    store(line + channels, lanes, &second);
  }
}

// result's tiles of 2×2 = Aᵀ m A of products[16, TILES, padded channels].
INLINE void transform_products(const awn_winograd_shape* shape, size_t channels, const float* products, size_t first,
                               size_t count, float* result) {
  const size_t padded = awn_winograd_padded(channels), plane = TILES * padded;
  tile at = tile_at(shape, first);
  for (size_t t = 0; t < count; t++, advance(shape, &at)) {
    float* out = result + ((at.image * shape->height + at.row) * shape->width + at.column) * channels;
    const float* m = products + t * padded;
#define PART(c, lanes) transform_product(shape, channels, m + (c), plane, lanes, out + (c))
    FOR_EACH_VECTOR(channels, PART)
#undef PART
  }
}

INLINE void transform_gradient(const awn_winograd_shape* shape, size_t channels, const float* in, size_t lanes,
                               float* out, size_t plane) {
  floats across[2][4];
  for (size_t i = 0; i < 2; i++) {
    const float* line = in + i * shape->width * channels;
    floats d0, d1;
    load(&d0, line, lanes);
    load(&d1, line + channels, lanes);
    across[i][0] = d0;
    across[i][1] = d0 + d1;
    across[i][2] = d0 - d1;
    across[i][3] = -d1;
  }
  for (size_t j = 0; j < 4; j++) {
    STORE(out + j * plane, across[0][j]);
    STORE(out + (4 + j) * plane, across[0][j] + across[1][j]);
    STORE(out + (8 + j) * plane, across[0][j] - across[1][j]);
    STORE(out + (12 + j) * plane, -across[1][j]);
  }
}

// transformed[16, TILES, padded channels] = A ∂y Aᵀ of the gradient's tiles.
INLINE void transform_gradients(const awn_winograd_shape* shape, size_t channels, const float* gradient, size_t first,
                                size_t count, float* transformed) {
  const size_t padded = awn_winograd_padded(channels), plane = TILES * padded;
  tile at = tile_at(shape, first);
  for (size_t t = 0; t < count; t++, advance(shape, &at)) {
    const float* in = gradient + ((at.image * shape->height + at.row) * shape->width + at.column) * channels;
    float* out = transformed + t * padded;
#define PART(c, lanes) transform_gradient(shape, channels, in + (c), lanes, out + (c), plane)
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

// Tiles have two rows and two columns.
static void check(const awn_winograd_shape* shape) {
  assert(shape->height % 2 == 0 && shape->width % 2 == 0 && "tiles are whole");
  (void)shape;
}

static size_t tiles(const awn_winograd_shape* shape) { return shape->images * (shape->height / 2) * (shape->width / 2); }

INLINE void convolve(int wide, const awn_winograd_shape* shape, size_t inputs, const float* input,
                     const float* filter, float* scratch, float* result) {
  const size_t outputs = awn_winograd_padded(shape->outputs), total = tiles(shape);
  const size_t channels = inputs, width = awn_winograd_padded(inputs);
  float* products = scratch + 16 * TILES * width;
  for (size_t first = 0; first < total; first += TILES) {
    const size_t count = total - first < TILES ? total - first : TILES;
    transform_inputs(shape, channels, input, first, count, scratch);
    const size_t rows = (count + 15) / 16 * 16;
    for (size_t p = 0; p < 16; p++)
      multiply(wide, rows, channels, outputs, scratch + p * TILES * width, width, 1, filter + p * width * outputs,
               products + p * TILES * outputs, 0);
    transform_products(shape, shape->outputs, products, first, count, result);
  }
}

INLINE void sum_products(int wide, const awn_winograd_shape* shape, size_t inputs, const float* input,
                         const float* result_gradient, float* scratch, float* sums) {
  const size_t outputs = awn_winograd_padded(shape->outputs), width = awn_winograd_padded(inputs);
  const size_t total = tiles(shape);
  float* transformed = scratch + 16 * TILES * width;
  memset(sums, 0, 16 * width * outputs * sizeof(float));
  for (size_t first = 0; first < total; first += TILES) {
    const size_t count = total - first < TILES ? total - first : TILES;
    transform_inputs(shape, inputs, input, first, count, scratch);
    transform_gradients(shape, shape->outputs, result_gradient, first, count, transformed);
    for (size_t p = 0; p < 16; p++)
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
  check(shape);
  (has_wide_registers() ? convolve_wide : convolve_narrow)(shape, input, filter, scratch, result);
}

// out[0 … 3] = G of three values.
static void filter_transform(const float in[3], float out[4]) {
  out[0] = in[0];
  out[1] = 0.5f * (in[0] + in[1] + in[2]);
  out[2] = 0.5f * (in[0] - in[1] + in[2]);
  out[3] = in[2];
}

void awn_winograd_filter(size_t inputs, size_t outputs, const float* weights, int reversed, float* filter) {
  const size_t plane = inputs * outputs, width = awn_winograd_padded(inputs), columns = awn_winograd_padded(outputs);
  if (width != inputs || columns != outputs) memset(filter, 0, 16 * width * columns * sizeof(float));
  for (size_t c = 0; c < inputs; c++) {
    for (size_t n = 0; n < outputs; n++) {
      float across[3][4];
      for (size_t i = 0; i < 3; i++) {
        float line[3];
        for (size_t j = 0; j < 3; j++) {
          const size_t at = reversed ? 8 - (3 * i + j) : 3 * i + j;
          line[j] = weights[at * plane + c * outputs + n];
        }
        filter_transform(line, across[i]);
      }
      float* out = filter + (reversed ? n * width + c : c * columns + n);
      for (size_t j = 0; j < 4; j++) {
        const float column[3] = {across[0][j], across[1][j], across[2][j]};
        float down[4];
        filter_transform(column, down);
        for (size_t i = 0; i < 4; i++) out[(4 * i + j) * width * columns] = down[i];
      }
    }
  }
}

void awn_winograd_weight_gradient(const awn_winograd_shape* shape, const float* input, const float* result_gradient,
                                  float* scratch, float* gradient) {
  check(shape);
  const size_t inputs = awn_winograd_padded(shape->inputs), outputs = awn_winograd_padded(shape->outputs);
  const size_t plane = shape->inputs * shape->outputs, padded = inputs * outputs;
  float* sums = scratch + 16 * TILES * (inputs + outputs);
  (has_wide_registers() ? sum_products_wide : sum_products_narrow)(shape, input, result_gradient, scratch, sums);
  for (size_t n = 0; n < plane; n++) {
    const size_t at = n / shape->outputs * outputs + n % shape->outputs;
    float down[3][4];
    for (size_t j = 0; j < 4; j++) {
      const float s0 = sums[j * padded + at], s1 = sums[(4 + j) * padded + at];
      const float s2 = sums[(8 + j) * padded + at], s3 = sums[(12 + j) * padded + at];
      down[0][j] = s0 + 0.5f * (s1 + s2);
      down[1][j] = 0.5f * (s1 - s2);
      down[2][j] = 0.5f * (s1 + s2) + s3;
    }
    for (size_t i = 0; i < 3; i++) {
      float* out = gradient + 3 * i * plane + n;
      out[0] = down[i][0] + 0.5f * (down[i][1] + down[i][2]);
      out[plane] = 0.5f * (down[i][1] - down[i][2]);
      out[2 * plane] = 0.5f * (down[i][1] + down[i][2]) + down[i][3];
    }
  }
}
