// Convolutions as products of matrices: patches of an image laid out as rows, and their sums.

#include <string.h>

#include "Images.h"
#include "Vector.h"

// A line of a patch, clipped to the image: taps first … last − 1 of `kernel` are within it.
typedef struct {
  ptrdiff_t start;
  size_t first, last;
} span;

INLINE span clip(size_t position, size_t stride, size_t padding, size_t kernel, size_t extent) {
  const ptrdiff_t start = (ptrdiff_t)(position * stride) - (ptrdiff_t)padding;
  const ptrdiff_t end = (ptrdiff_t)extent - start;
  span s = {start, start < 0 ? (size_t)-start : 0, end < (ptrdiff_t)kernel ? (size_t)(end > 0 ? end : 0) : kernel};
  if (s.first > s.last) s.first = s.last;
  return s;
}

MULTIVERSION
void awn_gather_patches(const awn_patch_shape* shape, const float* image, float* patches) {
  const size_t kernel = shape->kernel, channels = shape->channels, line = kernel * channels;
  const size_t down = (shape->height + 2 * shape->padding - kernel) / shape->stride + 1;
  const size_t across = (shape->width + 2 * shape->padding - kernel) / shape->stride + 1;
  for (size_t y = 0; y < down; y++) {
    const span rows = clip(y, shape->stride, shape->padding, kernel, shape->height);
    for (size_t x = 0; x < across; x++, patches += kernel * line) {
      const span columns = clip(x, shape->stride, shape->padding, kernel, shape->width);
      const size_t count = (columns.last - columns.first) * channels;
      if (count < line || rows.last - rows.first < kernel) memset(patches, 0, kernel * line * sizeof(float));
      for (size_t i = rows.first; i < rows.last; i++) {
        const size_t pixel = (size_t)(rows.start + (ptrdiff_t)i) * shape->width +
                             (size_t)(columns.start + (ptrdiff_t)columns.first);
        const float* source = image + pixel * channels;
        float* target = patches + i * line + columns.first * channels;
        copy_row(target, source, count);
      }
    }
  }
}

MULTIVERSION
void awn_scatter_patches(const awn_patch_shape* shape, const float* patches, float* image) {
  const size_t kernel = shape->kernel, channels = shape->channels, line = kernel * channels;
  const size_t down = (shape->height + 2 * shape->padding - kernel) / shape->stride + 1;
  const size_t across = (shape->width + 2 * shape->padding - kernel) / shape->stride + 1;
  memset(image, 0, shape->height * shape->width * channels * sizeof(float));
  for (size_t y = 0; y < down; y++) {
    const span rows = clip(y, shape->stride, shape->padding, kernel, shape->height);
    for (size_t x = 0; x < across; x++, patches += kernel * line) {
      const span columns = clip(x, shape->stride, shape->padding, kernel, shape->width);
      const size_t count = (columns.last - columns.first) * channels;
      for (size_t i = rows.first; i < rows.last; i++) {
        const size_t pixel = (size_t)(rows.start + (ptrdiff_t)i) * shape->width +
                             (size_t)(columns.start + (ptrdiff_t)columns.first);
        float* target = image + pixel * channels;
        const float* source = patches + i * line + columns.first * channels;
#define PART(n, rest)           \
  {                             \
    floats x, sum;              \
    load(&x, source + n, rest); \
    load(&sum, target + n, rest); \
    sum += x;                   \
    store(target + n, rest, &sum); \
  }
        FOR_EACH_VECTOR(count, PART)
#undef PART
      }
    }
  }
}
