// Passes over images: channels last, [images · height · width, channels], contiguous.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Tiles of 4×4 outputs that are transformed and multiplied at a time: what belongs to them stays in the first caches.
#define AWN_WINOGRAD_TILES 16
// The products of a tile.
#define AWN_WINOGRAD_POINTS 36

// Channels of whole vectors of eight. Tiles and filters have so many, of which those beyond the image's own are zero.
static inline size_t awn_winograd_padded(size_t channels) { return (channels + 7) / 8 * 8; }

// A 3×3 convolution with stride 1 and a border of one zero, by Winograd's F(4×4, 3×3): 36 products where there would
// be 144. Where height or width are no multiples of four, the last tiles compute outputs that nobody reads.
typedef struct {
  size_t images, height, width, inputs, outputs;
} awn_winograd_shape;

// filter[36, padded inputs, padded outputs] = G w Gᵀ of the weights [3·3·inputs, outputs]. Reversed: the filter of the
// backward pass, from the weights rotated by 180° and transposed: [36, padded outputs, padded inputs].
void awn_winograd_filter(size_t inputs, size_t outputs, const float* weights, int reversed, float* filter);

// result = input ∗ filter. Scratch: 36 · AWN_WINOGRAD_TILES · (padded inputs + padded outputs) floats.
void awn_winograd_convolve(const awn_winograd_shape* shape, const float* input, const float* filter, float* scratch,
                           float* result);

// gradient[3·3·inputs, outputs] = Σ of the input's patches times the gradient of the result. Scratch: that of the
// convolution and 36 · padded inputs · padded outputs floats.
void awn_winograd_weight_gradient(const awn_winograd_shape* shape, const float* input, const float* result_gradient,
                                  float* scratch, float* gradient);

// Square patches, with a border of zeros.
typedef struct {
  size_t height, width, channels, kernel, stride, padding;
} awn_patch_shape;

// patches[out height · out width, kernel · kernel · channels] of one image.
void awn_gather_patches(const awn_patch_shape* shape, const float* image, float* patches);

// image[height · width, channels] = the sums of the patches that cover each pixel.
void awn_scatter_patches(const awn_patch_shape* shape, const float* patches, float* image);

// mean[n] and deviation[n] = Σ_r (value − mean)² of the columns.
void awn_column_moments(size_t rows, size_t columns, const float* value, double* mean, double* deviation);

// result = max(0, value · scale + shift + shortcut). Without a shortcut (NULL), it counts as zero; without
// `rectified` nothing is cut off.
void awn_normalize(size_t rows, size_t columns, const float* value, const float* scale, const float* shift,
                   const float* shortcut, int rectified, float* result);

// gradient ← 0 where result ≤ 0 (if rectified); then sum[n] = Σ_r gradient, product[n] = Σ_r gradient · (value − mean).
void awn_normalize_sums(size_t rows, size_t columns, const float* value, const float* mean, const float* result,
                        int rectified, float* gradient, double* sum, double* product);

// result = min(max(0, value · scale + shift), ceiling) · importance: the neurons of an adaptive layer, a column each.
// A ceiling of infinity bounds nothing. Importances are positive.
void awn_normalize_neurons(size_t rows, size_t columns, const float* value, const float* scale, const float* shift,
                           const float* importance, float ceiling, float* result);

// importance_sum[n] = Σ_r gradient · result / importance; gradient ← gradient · importance where
// 0 < result < ceiling · importance, and 0 elsewhere; then sum[n] = Σ_r gradient, product[n] = Σ_r gradient · (value − mean).
void awn_normalize_neurons_sums(size_t rows, size_t columns, const float* value, const float* mean,
                                const float* result, const float* importance, float ceiling, float* gradient,
                                double* sum, double* product, double* importance_sum);

// result = gradient · a[n] + value · b[n] + c[n].
void awn_combine(size_t rows, size_t columns, const float* gradient, const float* value, const float* a,
                 const float* b, const float* c, float* result);

// result[images, channels] = the mean of each image's pixels; and back.
void awn_pool_mean(size_t images, size_t pixels, size_t channels, const float* value, float* result);
void awn_pool_mean_backward(size_t images, size_t pixels, size_t channels, const float* gradient,
                            float* value_gradient);

// result[images · (height / 2) · (width / 2), channels] = the largest of each 2×2 pixels; an odd last line or column
// is left out. Back, the gradient goes to the first of equals.
void awn_pool_largest(size_t images, size_t height, size_t width, size_t channels, const float* value,
                      float* result);
void awn_pool_largest_backward(size_t images, size_t height, size_t width, size_t channels, const float* value,
                               const float* result, const float* gradient, float* value_gradient);
