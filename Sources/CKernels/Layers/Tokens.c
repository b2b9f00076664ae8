// Passes over the rows of packed texts: embeddings, and the likelihood of many classes.
#include "CKernels.h"
#include "Vector.h"

MULTIVERSION
void awn_embed(size_t segments, size_t columns, const int32_t* offsets, const int32_t* tokens, const float* table,
               size_t table_stride, float scale, const float* positions, size_t position_stride, float* output,
               size_t output_stride) {
  for (size_t s = 0; s < segments; s++) {
    const size_t first = (size_t)offsets[s], end = (size_t)offsets[s + 1];
    for (size_t r = first; r < end; r++) {
      const float* x = table + (size_t)tokens[r] * table_stride;
      const float* p = positions + (r - first) * position_stride;
      float* y = output + r * output_stride;
#define PART(n, count)           \
  {                              \
    floats v, b;                 \
    load(&v, x + n, count);      \
    load(&b, p + n, count);      \
    v = FMA(v, SPLAT(scale), b); \
    store(y + n, count, &v);     \
  }
      FOR_EACH_VECTOR(columns, PART)
#undef PART
    }
  }
}

MULTIVERSION
void awn_embed_backward(size_t rows, size_t columns, const int32_t* tokens, float scale, const float* gradient,
                        size_t gradient_stride, float* table_gradient, size_t table_stride) {
  for (size_t r = 0; r < rows; r++) {
    const float* g = gradient + r * gradient_stride;
    float* t = table_gradient + (size_t)tokens[r] * table_stride;
#define PART(n, count)              \
  {                                 \
    floats v, d;                    \
    load(&v, t + n, count);         \
    load(&d, g + n, count);         \
    v = FMA(d, SPLAT(scale), v);    \
    store(t + n, count, &v);        \
  }
    FOR_EACH_VECTOR(columns, PART)
#undef PART
  }
}

MULTIVERSION
double awn_smoothed_cross_entropy(size_t rows, size_t classes, const float* logits, size_t stride,
                                  const int32_t* labels, float smoothing, float weight, float* gradient,
                                  size_t gradient_stride) {
  const float even = smoothing / (float)classes, rest = 1.0f - smoothing;
  double loss = 0.0;
  for (size_t r = 0; r < rows; r++) {
    const float* z = logits + r * stride;
    float* g = gradient + r * gradient_stride;
    floats x, largest = SPLAT(-__builtin_inff()), sum = {0}, all = {0};
#define PART(n, count)                                                              \
  {                                                                                 \
    load(&x, z + n, count);                                                         \
    all += x;                                                                       \
    for (size_t j = count; j < LANES; j++) x[j] = -__builtin_inff();                \
    largest = CHOOSE(x > largest, x, largest);                                      \
  }
    FOR_EACH_VECTOR(classes, PART)
#undef PART
    float top = largest[0];
    for (size_t j = 1; j < LANES; j++) top = largest[j] > top ? largest[j] : top;
#define PART(n, count)                                              \
  {                                                                 \
    load(&x, z + n, count);                                         \
    x -= top;                                                       \
    exponential(&x);                                                \
    for (size_t j = count; j < LANES; j++) x[j] = 0.0f;             \
    sum += x;                                                       \
    if (gradient) store(g + n, count, &x);                          \
  }
    FOR_EACH_VECTOR(classes, PART)
#undef PART
    floats log_sum = SPLAT(total(&sum));
    const float scale = weight / log_sum[0];
    logarithm(&log_sum);
    const size_t label = (size_t)labels[r];
    loss += (double)log_sum[0] + (double)top - (double)rest * (double)z[label] - (double)even * (double)total(&all);
    if (!gradient) continue;
#define PART(n, count)                                      \
  {                                                         \
    load(&x, g + n, count);                                 \
    x = FMA(x, SPLAT(scale), SPLAT(-weight * even));         \
    store(g + n, count, &x);                                \
  }
    FOR_EACH_VECTOR(classes, PART)
#undef PART
    g[label] -= weight * rest;
  }
  return loss;
}
