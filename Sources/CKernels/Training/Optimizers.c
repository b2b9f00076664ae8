#include "CKernels.h"
#include "Vector.h"

// Matrices without spare columns are one long row.
#define FLATTEN(rows, columns, value_stride, gradient_stride)  \
  if (columns == value_stride && columns == gradient_stride) { \
    columns *= rows;                                           \
    rows = columns > 0 ? 1 : 0;                                \
  }

INLINE void adam_part(const awn_adam_options o, size_t count, float* value, const float* gradient, float* first,
                      float* second) {
  floats w, g, m, v;
  load(&w, value, count);
  load(&g, gradient, count);
  load(&m, first, count);
  load(&v, second, count);
  g = FMA(SPLAT(o.decay), w, g);
  m = FMA(SPLAT(o.beta1), m, (1.0f - o.beta1) * g);
  v = FMA(SPLAT(o.beta2), v, (1.0f - o.beta2) * g * g);
  // The builtin, unlike sqrtf, has no errno to set, which would keep it scalar.
  w -= o.step * m / FMA(__builtin_elementwise_sqrt(v), SPLAT(o.root), SPLAT(o.epsilon));
  store(first, count, &m);
  store(second, count, &v);
  store(value, count, &w);
}

MULTIVERSION
void awn_adam(const awn_adam_options* options, size_t rows, size_t columns, size_t value_stride,
              size_t gradient_stride, float* value, const float* gradient, float* first, float* second) {
  FLATTEN(rows, columns, value_stride, gradient_stride)
  for (size_t r = 0; r < rows; r++) {
    const size_t at = r * value_stride;
#define PART(n, count) \
  adam_part(*options, count, value + at + n, gradient + r * gradient_stride + n, first + at + n, second + at + n)
    FOR_EACH_VECTOR(columns, PART)
#undef PART
  }
}

MULTIVERSION
void awn_momentum(float rate, float momentum, float decay, size_t rows, size_t columns, size_t value_stride,
                  size_t gradient_stride, float* value, const float* gradient, float* velocity) {
  FLATTEN(rows, columns, value_stride, gradient_stride)
  for (size_t r = 0; r < rows; r++) {
    for (size_t n = 0; n < columns; n += LANES) {
      const size_t count = columns - n, at = r * value_stride + n;
      floats w, g, u;
      load(&w, value + at, count);
      load(&g, gradient + r * gradient_stride + n, count);
      load(&u, velocity + at, count);
      u = FMA(SPLAT(momentum), u, FMA(SPLAT(decay), w, g));
      w -= rate * u;
      store(velocity + at, count, &u);
      store(value + at, count, &w);
    }
  }
}

MULTIVERSION
void awn_add(size_t rows, size_t columns, size_t stride, const float* source, float* target) {
  FLATTEN(rows, columns, stride, stride)
  for (size_t r = 0; r < rows; r++) {
    for (size_t n = 0; n < columns; n += LANES) {
      const size_t count = columns - n, at = r * stride + n;
      floats sum, x;
      load(&sum, target + at, count);
      load(&x, source + at, count);
      sum += x;
      store(target + at, count, &sum);
    }
  }
}

MULTIVERSION
void awn_subtract(size_t rows, size_t columns, size_t source_stride, size_t target_stride, float value,
                  const float* source, float* target) {
  for (size_t r = 0; r < rows; r++) {
#define PART(n, count)                              \
  {                                                 \
    floats x;                                       \
    load(&x, source + r * source_stride + n, count); \
    x -= value;                                     \
    store(target + r * target_stride + n, count, &x); \
  }
    FOR_EACH_VECTOR(columns, PART)
#undef PART
  }
}
