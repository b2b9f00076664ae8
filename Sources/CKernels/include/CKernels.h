// Element-wise passes over row-major float matrices.
//
// They are in C for one reason: `target_clones` compiles each of them for several vector units and picks one
// when the program starts, so that a portable build still uses AVX2 or AVX-512. Every kernel has a plain Swift
// twin in LinearAlgebra/Reference.swift, and a test that compares the two.
#pragma once

#include <stddef.h>

typedef enum {
  AWN_IDENTITY = 0,
  AWN_RELU6 = 1,
  AWN_TANH = 2,
  AWN_RELU = 3,
  AWN_LEAKY_RELU = 4,
} awn_activation;

// activated[r,n] = φ(activated[r,n] + bias[n]) in place, and output[r,n] = activated[r,n] · scale[n].
// Without a scale (NULL), output is not written.
void awn_activate(awn_activation activation, size_t rows, size_t columns, const float *bias, const float *scale,
                  float *activated, size_t activated_stride, float *output, size_t output_stride);

// In place, gradient[r,n] becomes the gradient of the pre-activation:
//   scale_gradient[n] = Σ_r gradient[r,n] · activated[r,n]
//   gradient[r,n]    ← gradient[r,n] · scale[n] · φ'(r,n)
//   bias_gradient[n]  = Σ_r gradient[r,n]
// Without a scale (NULL), it counts as one and scale_gradient is not written.
void awn_activate_backward(awn_activation activation, size_t rows, size_t columns, const float *scale,
                           const float *activated, size_t activated_stride, float *gradient,
                           size_t gradient_stride, float *scale_gradient, float *bias_gradient);

// Adam with the gradient of a Gaussian prior folded in: g = gradient + decay · value;
// first ← β₁ first + (1−β₁) g;  second ← β₂ second + (1−β₂) g²;  value −= step · first / (√second · root + ε),
// where the caller folds the bias corrections into step and root.
typedef struct {
  float step, root, beta1, beta2, epsilon, decay;
} awn_adam_options;

void awn_adam(const awn_adam_options *options, size_t rows, size_t columns, size_t value_stride,
              size_t gradient_stride, float *value, const float *gradient, float *first, float *second);

// SGD with momentum: g = gradient + decay · value;  velocity ← momentum · velocity + g;  value −= rate · velocity.
void awn_momentum(float rate, float momentum, float decay, size_t rows, size_t columns, size_t value_stride,
                  size_t gradient_stride, float *value, const float *gradient, float *velocity);

// Σ value², in blocks summed as double.
double awn_sum_of_squares(size_t rows, size_t columns, size_t stride, const float *value);

// sums[n] += Σ_r |value[r,n]|
void awn_add_absolute_columns(size_t rows, size_t columns, size_t stride, const float *value, float *sums);
