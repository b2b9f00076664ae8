// Scaled dot-product attention over packed segments: one small problem for each segment and head, too small for BLAS.
#include <string.h>

#include "CKernels.h"
#include "Vector.h"

// A count rounded up to whole vectors.
#define PADDED(n) (((n) + LANES - 1) / LANES * LANES)

// The smaller side of the matrices that are transposed at a time.
#define MOST_ROWS 4

// c[i,j] = Σ_l a[i,l] · b[l,j] · scale for `rows` ≤ 4 rows and one or two vectors of columns, with b's rows whole vectors.
// a[i,l] lies at i · row_step + l · inner_step.
INLINE void product_tile(size_t rows, size_t vectors, size_t inner, const float* a, size_t row_step, size_t inner_step,
                         const float* b, size_t b_stride, float scale, size_t count, float* c, size_t c_stride) {
  floats sums[MOST_ROWS][2] = {{{0}}};
  for (size_t l = 0; l < inner; l++) {
    floats x[2];
    for (size_t v = 0; v < vectors; v++) load(&x[v], b + l * b_stride + v * LANES, count - v * LANES);
    for (size_t i = 0; i < rows; i++) {
      const floats factor = SPLAT(a[i * row_step + l * inner_step]);
      for (size_t v = 0; v < vectors; v++) sums[i][v] = FMA(factor, x[v], sums[i][v]);
    }
  }
  for (size_t i = 0; i < rows; i++) {
    for (size_t v = 0; v < vectors; v++) {
      sums[i][v] *= scale;
      store(c + i * c_stride + v * LANES, count - v * LANES, &sums[i][v]);
    }
  }
}

// c = a · b · scale, columns in pairs of vectors; with constant counts wherever they are whole.
INLINE void product(size_t rows, size_t columns, size_t inner, const float* a, size_t row_step, size_t inner_step,
                    const float* b, size_t b_stride, float scale, float* c, size_t c_stride) {
  for (size_t i = 0; i < rows; i += MOST_ROWS) {
    const float* top = a + i * row_step;
    float* out = c + i * c_stride;
    for (size_t j = 0; j < columns; j += 2 * LANES) {
      const size_t rest = columns - j;
#define TILE_OF(height, vectors, count)                                                                         \
  product_tile(height, vectors, inner, top, row_step, inner_step, b + j, b_stride, scale, count, out + j, c_stride)
      if (rows - i >= MOST_ROWS) {
        if (rest >= 2 * LANES) TILE_OF(MOST_ROWS, 2, 2 * LANES);
        else if (rest == LANES) TILE_OF(MOST_ROWS, 1, LANES);
        else if (rest > LANES) TILE_OF(MOST_ROWS, 2, rest);
        else TILE_OF(MOST_ROWS, 1, rest);
      } else {
        for (size_t r = 0; r < rows - i; r++) {
          const size_t step = r * row_step;
          float* row = out + r * c_stride + j;
#define ROW_OF(vectors, count) \
  product_tile(1, vectors, inner, top + step, 0, inner_step, b + j, b_stride, scale, count, row, 0)
          if (rest >= 2 * LANES) ROW_OF(2, 2 * LANES);
          else if (rest == LANES) ROW_OF(1, LANES);
          else if (rest > LANES) ROW_OF(2, rest);
          else ROW_OF(1, rest);
#undef ROW_OF
        }
      }
#undef TILE_OF
    }
  }
}

// transposed[d,j] = rows[j,d], with zeros up to whole vectors of j.
INLINE void transpose(size_t rows, size_t size, const float* values, size_t stride, float* transposed, size_t transposed_stride) {
  for (size_t d = 0; d < size; d++) {
    for (size_t j = 0; j < rows; j++) transposed[d * transposed_stride + j] = values[j * stride + d];
    for (size_t j = rows; j < transposed_stride; j++) transposed[d * transposed_stride + j] = 0.0f;
  }
}

// In place, the softmax of the first `count` scores; the others, up to `padded`, become 0.
INLINE void softmax(float* scores, size_t count, size_t padded) {
  for (size_t j = count; j < padded; j++) scores[j] = -__builtin_inff();
  floats largest = LOAD(scores), sum = {0}, x;
  for (size_t j = LANES; j < padded; j += LANES) {
    x = LOAD(scores + j);
    largest = CHOOSE(x > largest, x, largest);
  }
  float top = largest[0];
  for (size_t j = 1; j < LANES; j++) top = largest[j] > top ? largest[j] : top;
  for (size_t j = 0; j < padded; j += LANES) {
    x = LOAD(scores + j) - top;
    exponential(&x);
    sum += x;
    STORE(scores + j, x);
  }
  const float inverse = 1.0f / total(&sum);
  for (size_t j = 0; j < padded; j += LANES) {
    x = LOAD(scores + j) * inverse;
    STORE(scores + j, x);
  }
}

// In place, from ∂L/∂p to ∂L/∂s: p · (g − Σ p g), over whole vectors, where p is 0 beyond the keys.
INLINE void softmax_backward(const float* p, float* g, size_t padded) {
  floats dot = {0}, x;
  for (size_t j = 0; j < padded; j += LANES) dot = FMA(LOAD(p + j), LOAD(g + j), dot);
  const float mean = total(&dot);
  for (size_t j = 0; j < padded; j += LANES) {
    x = LOAD(p + j) * (LOAD(g + j) - mean);
    STORE(g + j, x);
  }
}

size_t awn_attention_room(const awn_attention_shape* shape) {
  size_t room = 0;
  for (size_t s = 0; s < shape->segments; s++) {
    const size_t queries = (size_t)(shape->query_offsets[s + 1] - shape->query_offsets[s]);
    room += shape->heads * queries * PADDED((size_t)(shape->key_offsets[s + 1] - shape->key_offsets[s]));
  }
  return room;
}

size_t awn_attention_scratch(const awn_attention_shape* shape) {
  const size_t size = shape->size > shape->value_size ? shape->size : shape->value_size;
  size_t most = 0;
  for (size_t s = 0; s < shape->segments; s++) {
    const size_t queries = (size_t)(shape->query_offsets[s + 1] - shape->query_offsets[s]);
    const size_t room = (queries + size) * PADDED((size_t)(shape->key_offsets[s + 1] - shape->key_offsets[s]));
    most = room > most ? room : most;
  }
  return most;
}

MULTIVERSION
void awn_attention(const awn_attention_shape* shape, const float* query, size_t query_stride, const float* key,
                   size_t key_stride, const float* value, size_t value_stride, float* output, size_t output_stride,
                   float* weights, float* scratch) {
  const size_t size = shape->size, value_size = shape->value_size;
  const float scale = 1.0f / shape->temperature;
  for (size_t s = 0; s < shape->segments; s++) {
    const size_t first = (size_t)shape->query_offsets[s], queries = (size_t)shape->query_offsets[s + 1] - first;
    const size_t start = (size_t)shape->key_offsets[s], keys = (size_t)shape->key_offsets[s + 1] - start;
    const size_t padded = PADDED(keys);
    for (size_t h = 0; h < shape->heads; h++, weights += queries * padded) {
      const float* k = key + start * key_stride + h * size;
      transpose(keys, size, k, key_stride, scratch, padded);
      product(queries, padded, size, query + first * query_stride + h * size, query_stride, 1, scratch, padded, scale,
              weights, padded);
      for (size_t i = 0; i < queries; i++) softmax(weights + i * padded, shape->causal ? i + 1 : keys, padded);
      product(queries, value_size, keys, weights, padded, 1, value + start * value_stride + h * value_size, value_stride,
              1.0f, output + first * output_stride + h * value_size, output_stride);
    }
  }
}

MULTIVERSION
void awn_attention_backward(const awn_attention_shape* shape, const float* query, size_t query_stride, const float* key,
                            size_t key_stride, const float* value, size_t value_stride, const float* weights,
                            const float* gradient, size_t gradient_stride, float* query_gradient,
                            size_t query_gradient_stride, float* key_gradient, size_t key_gradient_stride,
                            float* value_gradient, size_t value_gradient_stride, float* scratch) {
  const size_t size = shape->size, value_size = shape->value_size;
  const float scale = 1.0f / shape->temperature;
  for (size_t s = 0; s < shape->segments; s++) {
    const size_t first = (size_t)shape->query_offsets[s], queries = (size_t)shape->query_offsets[s + 1] - first;
    const size_t start = (size_t)shape->key_offsets[s], keys = (size_t)shape->key_offsets[s + 1] - start;
    const size_t padded = PADDED(keys);
    float* transposed = scratch + queries * padded;
    for (size_t h = 0; h < shape->heads; h++, weights += queries * padded) {
      const float* g = gradient + first * gradient_stride + h * value_size;
      const float* q = query + first * query_stride + h * size;
      product(keys, value_size, queries, weights, 1, padded, g, gradient_stride, 1.0f,
              value_gradient + start * value_gradient_stride + h * value_size, value_gradient_stride);
      transpose(keys, value_size, value + start * value_stride + h * value_size, value_stride, transposed, padded);
      product(queries, padded, value_size, g, gradient_stride, 1, transposed, padded, 1.0f, scratch, padded);
      for (size_t i = 0; i < queries; i++) softmax_backward(weights + i * padded, scratch + i * padded, padded);
      product(queries, size, keys, scratch, padded, 1, key + start * key_stride + h * size, key_stride, scale,
              query_gradient + first * query_gradient_stride + h * size, query_gradient_stride);
      product(keys, size, queries, scratch, 1, padded, q, query_stride, scale,
              key_gradient + start * key_gradient_stride + h * size, key_gradient_stride);
    }
  }
}
