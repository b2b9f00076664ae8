#include "CKernels.h"
#include "Vector.h"

// Mean and 1/√(variance + ε) of a row.
INLINE void moments(size_t columns, const float* x, float* mean, float* inverse) {
  floats sum = {0}, squares = {0}, v;
#define ADD(n, count)        \
  {                          \
    load(&v, x + n, count);  \
    sum += v;                \
  }
  FOR_EACH_VECTOR(columns, ADD)
#undef ADD
  *mean = total(&sum) / (float)columns;
  // Around the mean, in a second pass over the row: a difference of two sums would cancel.
#define ADD(n, count)                                          \
  {                                                            \
    load(&v, x + n, count);                                    \
    v -= *mean;                                                \
    for (size_t j = count; j < LANES; j++) v[j] = 0.0f;        \
    squares = FMA(v, v, squares);                              \
  }
  FOR_EACH_VECTOR(columns, ADD)
#undef ADD
  *inverse = 1.0f / __builtin_sqrtf(total(&squares) / (float)columns + (float)AWN_LAYER_NORM_EPSILON);
}

MULTIVERSION
void awn_layer_norm(size_t rows, size_t columns, const float* input, size_t input_stride, const float* gain,
                    const float* bias, float* output, size_t output_stride, float* statistics) {
  for (size_t r = 0; r < rows; r++) {
    const float* x = input + r * input_stride;
    float* y = output + r * output_stride;
    float mean, inverse;
    moments(columns, x, &mean, &inverse);
    statistics[2 * r] = mean;
    statistics[2 * r + 1] = inverse;
#define PART(n, count)                     \
  {                                        \
    floats v, g, b;                        \
    load(&v, x + n, count);                \
    load(&g, gain + n, count);             \
    load(&b, bias + n, count);             \
    v = FMA((v - mean) * inverse, g, b);   \
    store(y + n, count, &v);               \
  }
    FOR_EACH_VECTOR(columns, PART)
#undef PART
  }
}

MULTIVERSION
void awn_layer_norm_backward(size_t rows, size_t columns, const float* input, size_t input_stride, const float* gain,
                             const float* statistics, const float* gradient, size_t gradient_stride,
                             float* input_gradient, size_t input_gradient_stride, float* gain_gradient,
                             float* bias_gradient) {
  const floats zero = {0};
#define CLEAR(n, count)                     \
  {                                         \
    store(gain_gradient + n, count, &zero); \
    store(bias_gradient + n, count, &zero); \
  }
  FOR_EACH_VECTOR(columns, CLEAR)
#undef CLEAR
  for (size_t r = 0; r < rows; r++) {
    const float* x = input + r * input_stride;
    const float* g = gradient + r * gradient_stride;
    const float mean = statistics[2 * r], inverse = statistics[2 * r + 1];
    floats sum = {0}, dot = {0};
#define PART(n, count)                               \
  {                                                  \
    floats v, d, w, s;                               \
    load(&v, x + n, count);                          \
    load(&d, g + n, count);                          \
    load(&w, gain + n, count);                       \
    v = (v - mean) * inverse;                        \
    load(&s, bias_gradient + n, count);              \
    s += d;                                          \
    store(bias_gradient + n, count, &s);             \
    load(&s, gain_gradient + n, count);              \
    s = FMA(d, v, s);                                \
    store(gain_gradient + n, count, &s);             \
    d *= w;                                          \
    sum += d;                                        \
    dot = FMA(d, v, dot);                            \
  }
    FOR_EACH_VECTOR(columns, PART)
#undef PART
    if (!input_gradient) continue;
    const float average = total(&sum) / (float)columns, slope = total(&dot) / (float)columns;
    float* out = input_gradient + r * input_gradient_stride;
#define PART(n, count)                                              \
  {                                                                 \
    floats v, d, w;                                                 \
    load(&v, x + n, count);                                         \
    load(&d, g + n, count);                                         \
    load(&w, gain + n, count);                                      \
    v = (v - mean) * inverse;                                       \
    d = (FMA(d, w, -(slope * v)) - average) * inverse;                \
    store(out + n, count, &d);                                      \
  }
    FOR_EACH_VECTOR(columns, PART)
#undef PART
  }
}
