// Passes over row-major float matrices.
//
// They are in C for one reason: `target_clones` compiles each of them for several vector units and picks one
// when the program starts, so that a portable build still uses AVX2 or AVX-512. Every kernel has a plain Swift
// twin in Tests/LinearAlgebraTests, and a test that compares the two.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "Images.h"

// Says to the processor that this thread is waiting in a loop, so that the core serves others meanwhile.
static inline void awn_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// Makes the calling thread treat subnormal numbers (below 1.2e-38 in magnitude) as zero, as operands and as results. An
// operation on one takes some processors 150 cycles, and Adam's moments of an inactive neuron decay into them.
// Returns the mode before, for awn_set_float_mode. Elsewhere than on x86-64 and arm64 it does nothing.
uint64_t awn_flush_subnormals(void);

// The control register of the calling thread's floating-point unit: MXCSR on x86-64, FPCR on arm64.
uint64_t awn_float_mode(void);
void awn_set_float_mode(uint64_t mode);

// Whether the calling thread treats subnormal numbers as zero.
int awn_flushes_subnormals(void);

typedef enum {
  AWN_IDENTITY = 0,
  AWN_RELU6 = 1,
  AWN_TANH = 2,
  AWN_RELU = 3,
  AWN_LEAKY_RELU = 4,
} awn_activation;

// values[r,n] ← φ(values[r,n] + bias[n]) · scale[n]. Without a scale (NULL), it counts as one.
void awn_activate(awn_activation activation, size_t rows, size_t columns, const float* bias, const float* scale,
                  float* values, size_t stride);

// Back through awn_activate, from what it left, output, with scale > 0. In place, gradient[r,n], that of the
// output, becomes that of the pre-activation:
//   scale_gradient[n] = Σ_r gradient[r,n] · output[r,n] / scale[n]
//   gradient[r,n]    ← gradient[r,n] · scale[n] · φ'(r,n)
//   bias_gradient[n]  = Σ_r gradient[r,n]
// Without a scale (NULL), scale_gradient is not written.
void awn_activate_backward(awn_activation activation, size_t rows, size_t columns, const float* scale,
                           const float* output, size_t output_stride, float* gradient, size_t gradient_stride,
                           float* scale_gradient, float* bias_gradient);

// Most inputs, or outputs, of the kernels for narrow layers.
#define AWN_NARROW 4

// output = φ(input · weights + bias) · scale for 1 … AWN_NARROW inputs.
// Shapes: input [rows, inputs], weights [inputs, columns].
void awn_narrow_forward(awn_activation activation, size_t inputs, size_t rows, size_t columns, const float* input,
                        size_t input_stride, const float* weights, size_t weight_stride, const float* bias,
                        const float* scale, float* output, size_t output_stride);

// As awn_activate_backward, but the gradient stays as it is, and weight_gradient = inputᵀ · (that of the
// pre-activation), for 1 … AWN_NARROW inputs.
void awn_narrow_backward(awn_activation activation, size_t inputs, size_t rows, size_t columns, const float* input,
                         size_t input_stride, const float* scale, const float* output, size_t output_stride,
                         const float* gradient, size_t gradient_stride, float* weight_gradient,
                         size_t weight_stride, float* bias_gradient, float* scale_gradient);

// result = input · weights + bias for 1 … AWN_NARROW outputs.
// Shapes: input [rows, inputs], weights [inputs, outputs], result [rows, outputs].
void awn_narrow_output(size_t outputs, size_t rows, size_t inputs, const float* input, size_t input_stride,
                       const float* weights, size_t weight_stride, const float* bias, float* result,
                       size_t result_stride);

// Back through awn_narrow_output: input_gradient = gradient · weightsᵀ, bias_gradient[c] = Σ_r gradient[r,c].
// Shapes: gradient [rows, outputs], input_gradient [rows, inputs].
void awn_narrow_output_backward(size_t outputs, size_t rows, size_t inputs, const float* gradient,
                                size_t gradient_stride, const float* weights, size_t weight_stride,
                                float* input_gradient, size_t input_stride, float* bias_gradient);

// Σ_r −log softmax(logits[r])[labels[r]]; gradient[r,c] = weight · (softmax − onehot), unless it is NULL.
double awn_cross_entropy(size_t rows, size_t classes, const float* logits, size_t stride, const int32_t* labels,
                         float weight, float* gradient, size_t gradient_stride);

// As awn_cross_entropy for the distribution that gives a label 1 − smoothing and shares smoothing among all classes:
// Σ_r log Σ_c e^logits[r,c] − (1 − smoothing) · logits[r,label] − smoothing · mean_c logits[r,c];
// gradient[r,c] = weight · (softmax − (1 − smoothing) · onehot − smoothing / classes), unless it is NULL. One row at a
// time, which is quicker than awn_cross_entropy when there are many classes.
double awn_smoothed_cross_entropy(size_t rows, size_t classes, const float* logits, size_t stride,
                                  const int32_t* labels, float smoothing, float weight, float* gradient,
                                  size_t gradient_stride);

// Dropout of one row: an element whose number, a function of key and column alone, is below the threshold becomes 0, the
// others are multiplied by scale.
void awn_dropout(size_t columns, uint32_t key, uint32_t threshold, float scale, float* row);

// values[i] *= factor
void awn_scale(size_t count, float factor, float* values);

// Blends the gradient of a likelihood with that of the cross-entropy to a teacher's softened outputs, at 1/T = cooling:
// gradient[r,c] ← rest · gradient[r,c] + weight · (softmax(logits[r] / T) − softmax(teacher[r] / T))[c].
void awn_distill(size_t rows, size_t classes, const float* logits, size_t stride, const float* teacher,
                 size_t teacher_stride, float cooling, float rest, float weight, float* gradient,
                 size_t gradient_stride);

// Whether 0 ≤ label < classes for all labels.
int awn_are_labels(size_t count, const int32_t* labels, int32_t classes);

// Rows whose label has the largest logit, the first of equals.
size_t awn_count_correct(size_t rows, size_t classes, const float* logits, size_t stride, const int32_t* labels);

// result = left · right, or result += left · right: 2 · rows · columns · inner floating-point operations. left[r,k] is
// left[r · row_step + k · inner_step], of which one step is 1. right is stored [inner, columns], or [columns, inner] if
// it is transposed.
// Shapes: left [rows, inner], right [inner, columns], result [rows, columns].
void awn_product(size_t rows, size_t columns, size_t inner, const float* left, size_t row_step, size_t inner_step,
                 const float* right, size_t right_stride, int right_is_transposed, float* result, size_t result_stride,
                 int adds);

// Double precision, for least squares. Matrices without gaps by rows, unless a stride says otherwise.

// An operand of a product: element k of row, or column, i is base[i · outer_step + k · inner_step].
typedef struct {
  const double* base;
  size_t outer_step, inner_step;
} awn_doubles;

// result[r,n] += factor · Σ_k left[r,k] right[n,k] over k < inner; if it is lower, at least where n ≤ r.
// Shapes: result [rows, columns].
void awn_add_product_doubles(size_t rows, size_t columns, size_t inner, double factor, awn_doubles left,
                             awn_doubles right, int is_lower, double* result, size_t stride);

// result[r] −= Σ_k matrix[r,k] vector[k] over k < count
void awn_subtract_dots(size_t rows, size_t count, const double* matrix, size_t stride, const double* vector,
                       double* result);

// result[r,n] −= left[r] right[n], rows of the result `stride` apart
void awn_subtract_outer_product(size_t rows, size_t columns, const double* left, const double* right, double* result,
                                size_t stride);

// The lower Cholesky factor L of a symmetric matrix [n, n], in place of its lower triangle. Returns whether the matrix is
// positive definite; otherwise what it holds means nothing. n³/3 operations.
int awn_factor_cholesky(size_t n, double* matrix);

// x ← L⁻¹ x, and x ← L⁻ᵀ x, for a lower triangular factor L [n, n]. Shapes: x [n, columns]. n² · columns operations.
void awn_solve_left(size_t n, const double* factor, size_t stride, size_t columns, double* x);
void awn_solve_left_transposed(size_t n, const double* factor, size_t stride, size_t columns, double* x);

// x ← x L⁻ᵀ. Shapes: L [n, n], x [rows, n]. n² · rows operations.
void awn_solve_right(size_t n, const double* factor, size_t rows, double* x);

// target[c, r] = source[r, c]. Shapes: source [rows, columns], target [columns, rows].
void awn_transpose(size_t rows, size_t columns, const float* source, size_t stride, float* target,
                   size_t target_stride);

// Most classes of awn_prefix_likelihoods.
#define AWN_PREFIX_CLASSES 32

// Σ_r −log softmax of the network that keeps neurons 0 … n, and the rows it has right, for every n at once: added
// to losses[n] and correct[n]. The logits of n + 1 neurons are those of n plus hidden[r,n] · weights[n,·]. Shapes:
// hidden [rows, neurons], weights [neurons, classes], bias [classes], labels [rows].
void awn_prefix_likelihoods(size_t rows, size_t neurons, size_t classes, const float* hidden, size_t hidden_stride,
                            const float* weights, size_t weight_stride, const float* bias, const int32_t* labels,
                            double* losses, int64_t* correct);

// target[r] = source[indices[r]]. Shapes: source [source_rows, columns] without spare columns, target [rows, columns] with
// rows `stride` floats apart. Returns whether every index is a row of the source; of the others nothing is copied.
int awn_gather(size_t rows, size_t columns, const int32_t* indices, size_t source_rows, const float* source,
               float* target, size_t stride);
// target[n] = source[indices[n]] of classes, likewise.
int awn_gather_classes(size_t count, const int32_t* indices, size_t source_count, const int32_t* source, int32_t* target);

// Adam with the gradient of a Gaussian prior folded in: g = gradient + decay · value;
// first ← β₁ first + (1−β₁) g;  second ← β₂ second + (1−β₂) g²;  value −= step · first / (√second · root + ε),
// where the caller folds the bias corrections into step and root.
typedef struct {
  float step, root, beta1, beta2, epsilon, decay;
} awn_adam_options;

void awn_adam(const awn_adam_options* options, size_t rows, size_t columns, size_t value_stride,
              size_t gradient_stride, float* value, const float* gradient, float* first, float* second);

// SGD with momentum: g = gradient + decay · value;  velocity ← momentum · velocity + g;  value −= rate · velocity.
void awn_momentum(float rate, float momentum, float decay, size_t rows, size_t columns, size_t value_stride,
                  size_t gradient_stride, float* value, const float* gradient, float* velocity);

// target += source
void awn_add(size_t rows, size_t columns, size_t stride, const float* source, float* target);

// target = source − value
void awn_subtract(size_t rows, size_t columns, size_t source_stride, size_t target_stride, float value,
                  const float* source, float* target);

// Σ value², in blocks summed as double.
double awn_sum_of_squares(size_t rows, size_t columns, size_t stride, const float* value);

// sums[n] += Σ_r |value[r,n]|
void awn_add_absolute_columns(size_t rows, size_t columns, size_t stride, const float* value, float* sums);

// Packed texts: rows offsets[s] … offsets[s + 1] − 1 are the tokens of segment s.

// Heads side by side over `segments` segments of queries and as many of keys: `size` columns each of queries and keys,
// `value_size` of values and of the output. causal: query i sees keys 0 … i of its segment, which has as many of both;
// else all of them, at least one. The softmax is of query · key / temperature.
typedef struct {
  size_t segments, heads, size, value_size;
  const int32_t* query_offsets;
  const int32_t* key_offsets;
  int causal;
  float temperature;
} awn_attention_shape;

// Floats that awn_attention keeps in `weights`, and that it and its backward pass need in `scratch`.
size_t awn_attention_room(const awn_attention_shape* shape);
size_t awn_attention_scratch(const awn_attention_shape* shape);

// output = softmax(query · keyᵀ / temperature) · value, segment by segment and head by head; the softmax stays in `weights`.
// Shapes: query [queries, heads · size], key [keys, heads · size], value [keys, heads · value_size], output [queries,
// heads · value_size].
void awn_attention(const awn_attention_shape* shape, const float* query, size_t query_stride, const float* key,
                   size_t key_stride, const float* value, size_t value_stride, float* output, size_t output_stride,
                   float* weights, float* scratch);

// Back through awn_attention, from gradient, that of the output, and what it left in `weights`.
void awn_attention_backward(const awn_attention_shape* shape, const float* query, size_t query_stride, const float* key,
                            size_t key_stride, const float* value, size_t value_stride, const float* weights,
                            const float* gradient, size_t gradient_stride, float* query_gradient,
                            size_t query_gradient_stride, float* key_gradient, size_t key_gradient_stride,
                            float* value_gradient, size_t value_gradient_stride, float* scratch);

#define AWN_LAYER_NORM_EPSILON 1e-5

// output[r,n] = (input[r,n] − mean_r) · inverse_r · gain[n] + bias[n], inverse_r = 1/√(variance_r + ε);
// statistics [rows, 2] keeps mean and inverse.
void awn_layer_norm(size_t rows, size_t columns, const float* input, size_t input_stride, const float* gain,
                    const float* bias, float* output, size_t output_stride, float* statistics);

// Back through awn_layer_norm; input_gradient may be NULL.
void awn_layer_norm_backward(size_t rows, size_t columns, const float* input, size_t input_stride, const float* gain,
                             const float* statistics, const float* gradient, size_t gradient_stride,
                             float* input_gradient, size_t input_gradient_stride, float* gain_gradient,
                             float* bias_gradient);

// output[r] = scale · table[tokens[r]] + positions[place of r in its segment]
void awn_embed(size_t segments, size_t columns, const int32_t* offsets, const int32_t* tokens, const float* table,
               size_t table_stride, float scale, const float* positions, size_t position_stride, float* output,
               size_t output_stride);

// table_gradient[tokens[r]] += scale · gradient[r]
void awn_embed_backward(size_t rows, size_t columns, const int32_t* tokens, float scale, const float* gradient,
                        size_t gradient_stride, float* table_gradient, size_t table_stride);

// Graphs, many in a batch: the neighbors of node v are neighbors[starts[v] … starts[v+1] − 1], nodes of the batch.

// sums[v] = own · values[v] + Σ values[u] over the neighbors u of v. Shapes: values and sums [nodes, columns].
void awn_neighbor_sum(size_t nodes, size_t columns, float own, const int32_t* starts, const int32_t* neighbors,
                       const float* values, size_t stride, float* sums, size_t sum_stride);

// Its transpose: sums[u] = own · values[u] + Σ values[v] over the nodes v that u is a neighbor of. The gradient of
// what awn_neighbor_sum read, from that of its sums.
void awn_neighbor_scatter(size_t nodes, size_t columns, float own, const int32_t* starts,
                          const int32_t* neighbors, const float* values, size_t stride, float* sums,
                          size_t sum_stride);

// sums[s] = Σ of the rows offsets[s] … offsets[s+1] − 1 of values, or their mean; 0 of none.
// Shapes: sums [segments, columns].
void awn_segment_sum(size_t segments, size_t columns, int32_t mean, const int32_t* offsets, const float* values,
                     size_t stride, float* sums, size_t sum_stride);

// Its transpose: every row of a segment becomes values[s], or that over the segment's rows.
// Shapes: values [segments, columns].
void awn_segment_broadcast(size_t segments, size_t columns, int32_t mean, const int32_t* offsets,
                        const float* values, size_t stride, float* rows, size_t row_stride);

// Whether all indices are at least 0 and below the bound.
int32_t awn_indices_are_below(size_t count, const int32_t* indices, int32_t bound);

// The vector unit that the kernels are compiled for, or the version of them that this processor runs.
typedef enum {
  AWN_LEVEL_OTHER = 0,
  AWN_LEVEL_X86_64,
  AWN_LEVEL_X86_64_AVX,
  AWN_LEVEL_X86_64_V3,
  AWN_LEVEL_X86_64_V4,
  AWN_LEVEL_ARM64,
} awn_vector_level;

awn_vector_level awn_level(void);

// The same for people, such as "x86-64-v3 (AVX2)".
const char* awn_level_name(void);

// The same, of the widest version that this processor could run.
const char* awn_best_level_name(void);

// What this processor lacks for the version after the widest that it can run, such as "BMI2, MOVBE"; "" if there is none.
const char* awn_missing_features(void);
