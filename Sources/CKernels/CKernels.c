#include "CKernels.h"

#include <math.h>

#if defined(__x86_64__)
#define MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MULTIVERSION
#endif

#define INLINE static inline __attribute__((always_inline))

// Written so that NaN passes through: a diverged network must not look like a dead one.
INLINE float activate(awn_activation kind, float z) {
  switch (kind) {
    case AWN_RELU6: return z < 0.0f ? 0.0f : (z > 6.0f ? 6.0f : z);
    case AWN_TANH: return tanhf(z);
    case AWN_RELU: return z < 0.0f ? 0.0f : z;
    case AWN_LEAKY_RELU: return z < 0.0f ? 0.01f * z : z;
    default: return z;
  }
}

// φ' from φ's value: every activation here is one-to-one where its slope is not zero.
INLINE float slope(awn_activation kind, float a) {
  switch (kind) {
    case AWN_RELU6: return (a > 0.0f && a < 6.0f) ? 1.0f : 0.0f;
    case AWN_TANH: return 1.0f - a * a;
    case AWN_RELU: return a > 0.0f ? 1.0f : 0.0f;
    case AWN_LEAKY_RELU: return a > 0.0f ? 1.0f : 0.01f;
    default: return 1.0f;
  }
}

INLINE void activate_rows(awn_activation kind, size_t rows, size_t columns, const float *restrict bias,
                          const float *restrict scale, float *restrict activated, size_t activated_stride,
                          float *restrict output, size_t output_stride) {
  for (size_t r = 0; r < rows; r++) {
    float *a = activated + r * activated_stride;
    if (scale) {
      float *h = output + r * output_stride;
      for (size_t n = 0; n < columns; n++) {
        a[n] = activate(kind, a[n] + bias[n]);
        h[n] = a[n] * scale[n];
      }
    } else {
      for (size_t n = 0; n < columns; n++) a[n] = activate(kind, a[n] + bias[n]);
    }
  }
}

// One call a kind, so that the branch on it leaves the loops.
#define FOR_EACH_KIND(call)                       \
  switch (activation) {                           \
    case AWN_RELU6: call(AWN_RELU6); break;       \
    case AWN_TANH: call(AWN_TANH); break;         \
    case AWN_RELU: call(AWN_RELU); break;         \
    case AWN_LEAKY_RELU: call(AWN_LEAKY_RELU); break; \
    default: call(AWN_IDENTITY); break;           \
  }

MULTIVERSION
void awn_activate(awn_activation activation, size_t rows, size_t columns, const float *bias, const float *scale,
                  float *activated, size_t activated_stride, float *output, size_t output_stride) {
#define CALL(kind) \
  activate_rows(kind, rows, columns, bias, scale, activated, activated_stride, output, output_stride)
  FOR_EACH_KIND(CALL)
#undef CALL
}

INLINE void activate_rows_backward(awn_activation kind, size_t rows, size_t columns, const float *restrict scale,
                                   const float *restrict activated, size_t activated_stride,
                                   float *restrict gradient, size_t gradient_stride,
                                   float *restrict scale_gradient, float *restrict bias_gradient) {
  for (size_t n = 0; n < columns; n++) bias_gradient[n] = 0.0f;
  if (scale) {
    for (size_t n = 0; n < columns; n++) scale_gradient[n] = 0.0f;
  }
  for (size_t r = 0; r < rows; r++) {
    const float *a = activated + r * activated_stride;
    float *g = gradient + r * gradient_stride;
    if (scale) {
      for (size_t n = 0; n < columns; n++) {
        scale_gradient[n] += g[n] * a[n];
        g[n] = g[n] * scale[n] * slope(kind, a[n]);
        bias_gradient[n] += g[n];
      }
    } else {
      for (size_t n = 0; n < columns; n++) {
        g[n] = g[n] * slope(kind, a[n]);
        bias_gradient[n] += g[n];
      }
    }
  }
}

MULTIVERSION
void awn_activate_backward(awn_activation activation, size_t rows, size_t columns, const float *scale,
                           const float *activated, size_t activated_stride, float *gradient,
                           size_t gradient_stride, float *scale_gradient, float *bias_gradient) {
#define CALL(kind)                                                                                         \
  activate_rows_backward(kind, rows, columns, scale, activated, activated_stride, gradient, gradient_stride, \
                         scale_gradient, bias_gradient)
  FOR_EACH_KIND(CALL)
#undef CALL
}

MULTIVERSION
void awn_adam(const awn_adam_options *options, size_t rows, size_t columns, size_t value_stride,
              size_t gradient_stride, float *value, const float *gradient, float *first, float *second) {
  const awn_adam_options o = *options;
  if (columns == value_stride && columns == gradient_stride) {
    columns *= rows;
    rows = columns > 0 ? 1 : 0;
  }
  for (size_t r = 0; r < rows; r++) {
    float *restrict w = value + r * value_stride;
    float *restrict m = first + r * value_stride;
    float *restrict v = second + r * value_stride;
    const float *restrict d = gradient + r * gradient_stride;
    for (size_t i = 0; i < columns; i++) {
      const float g = d[i] + o.decay * w[i];
      const float mi = o.beta1 * m[i] + (1.0f - o.beta1) * g;
      const float vi = o.beta2 * v[i] + (1.0f - o.beta2) * g * g;
      m[i] = mi;
      v[i] = vi;
      w[i] -= o.step * mi / (__builtin_sqrtf(vi) * o.root + o.epsilon);
    }
  }
}

MULTIVERSION
void awn_momentum(float rate, float momentum, float decay, size_t rows, size_t columns, size_t value_stride,
                  size_t gradient_stride, float *value, const float *gradient, float *velocity) {
  for (size_t r = 0; r < rows; r++) {
    float *restrict w = value + r * value_stride;
    float *restrict u = velocity + r * value_stride;
    const float *restrict d = gradient + r * gradient_stride;
    for (size_t i = 0; i < columns; i++) {
      u[i] = momentum * u[i] + d[i] + decay * w[i];
      w[i] -= rate * u[i];
    }
  }
}

// Sixteen partial sums a row: a float sum in source order would not vectorise.
MULTIVERSION
double awn_sum_of_squares(size_t rows, size_t columns, size_t stride, const float *value) {
  double total = 0.0;
  for (size_t r = 0; r < rows; r++) {
    const float *restrict x = value + r * stride;
    float lanes[16] = {0};
    size_t i = 0;
    for (; i + 16 <= columns; i += 16) {
      for (size_t j = 0; j < 16; j++) lanes[j] += x[i + j] * x[i + j];
    }
    for (; i < columns; i++) lanes[i % 16] += x[i] * x[i];
    for (size_t j = 0; j < 16; j++) total += (double)lanes[j];
  }
  return total;
}

MULTIVERSION
void awn_add_absolute_columns(size_t rows, size_t columns, size_t stride, const float *value, float *sums) {
  for (size_t r = 0; r < rows; r++) {
    const float *restrict x = value + r * stride;
    for (size_t n = 0; n < columns; n++) sums[n] += fabsf(x[n]);
  }
}
