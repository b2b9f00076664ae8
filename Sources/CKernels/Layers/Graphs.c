#include "CKernels.h"
#include "Vector.h"

// Nodes have few neighbors, rows few vectors: a row's sums stay in a register while its neighbors' rows are read.
INLINE void neighbor_part(size_t n, size_t count, size_t node, float own, const int32_t* starts,
                           const int32_t* neighbors, const float* values, size_t stride, float* sums,
                           size_t sum_stride) {
  floats sum, x;
  load(&sum, values + node * stride + n, count);
  sum *= own;
  for (int32_t e = starts[node]; e < starts[node + 1]; e++) {
    load(&x, values + (size_t)neighbors[e] * stride + n, count);
    sum += x;
  }
  store(sums + node * sum_stride + n, count, &sum);
}

MULTIVERSION
void awn_neighbor_sum(size_t nodes, size_t columns, float own, const int32_t* starts, const int32_t* neighbors,
                       const float* values, size_t stride, float* sums, size_t sum_stride) {
  for (size_t node = 0; node < nodes; node++) {
#define PART(n, count) neighbor_part(n, count, node, own, starts, neighbors, values, stride, sums, sum_stride)
    FOR_EACH_VECTOR(columns, PART)
#undef PART
  }
}

INLINE void scaled_part(size_t n, size_t count, float scale, const float* source, float* target) {
  floats x;
  load(&x, source + n, count);
  x *= scale;
  store(target + n, count, &x);
}

INLINE void scatter_part(size_t n, size_t count, size_t node, const int32_t* starts, const int32_t* neighbors,
                        const float* values, size_t stride, float* sums, size_t sum_stride) {
  floats x, sum;
  load(&x, values + node * stride + n, count);
  for (int32_t e = starts[node]; e < starts[node + 1]; e++) {
    float* target = sums + (size_t)neighbors[e] * sum_stride + n;
    load(&sum, target, count);
    sum += x;
    store(target, count, &sum);
  }
}

MULTIVERSION
void awn_neighbor_scatter(size_t nodes, size_t columns, float own, const int32_t* starts,
                          const int32_t* neighbors, const float* values, size_t stride, float* sums,
                          size_t sum_stride) {
  for (size_t node = 0; node < nodes; node++) {
#define PART(n, count) scaled_part(n, count, own, values + node * stride, sums + node * sum_stride)
    FOR_EACH_VECTOR(columns, PART)
#undef PART
  }
  for (size_t node = 0; node < nodes; node++) {
#define PART(n, count) scatter_part(n, count, node, starts, neighbors, values, stride, sums, sum_stride)
    FOR_EACH_VECTOR(columns, PART)
#undef PART
  }
}

INLINE void segment_part(size_t n, size_t count, size_t first, size_t end, float scale, const float* values,
                         size_t stride, float* sums) {
  floats sum = {0}, x;
  for (size_t r = first; r < end; r++) {
    load(&x, values + r * stride + n, count);
    sum += x;
  }
  sum *= scale;
  store(sums + n, count, &sum);
}

// 1, or one over the rows of a segment; of none, 1.
INLINE float segment_scale(int32_t mean, const int32_t* offsets, size_t segment) {
  const int32_t rows = offsets[segment + 1] - offsets[segment];
  return mean && rows > 0 ? 1.0f / (float)rows : 1.0f;
}

MULTIVERSION
void awn_segment_sum(size_t segments, size_t columns, int32_t mean, const int32_t* offsets, const float* values,
                     size_t stride, float* sums, size_t sum_stride) {
  for (size_t s = 0; s < segments; s++) {
    const float scale = segment_scale(mean, offsets, s);
    const size_t first = (size_t)offsets[s], end = (size_t)offsets[s + 1];
#define PART(n, count) segment_part(n, count, first, end, scale, values, stride, sums + s * sum_stride)
    FOR_EACH_VECTOR(columns, PART)
#undef PART
  }
}

MULTIVERSION
void awn_segment_broadcast(size_t segments, size_t columns, int32_t mean, const int32_t* offsets,
                        const float* values, size_t stride, float* rows, size_t row_stride) {
  for (size_t s = 0; s < segments; s++) {
    const float scale = segment_scale(mean, offsets, s);
    for (size_t r = (size_t)offsets[s]; r < (size_t)offsets[s + 1]; r++) {
#define PART(n, count) scaled_part(n, count, scale, values + s * stride, rows + r * row_stride)
      FOR_EACH_VECTOR(columns, PART)
#undef PART
    }
  }
}

MULTIVERSION
int32_t awn_indices_are_below(size_t count, const int32_t* indices, int32_t bound) {
  uint32_t largest = 0;
  for (size_t i = 0; i < count; i++) largest = (uint32_t)indices[i] > largest ? (uint32_t)indices[i] : largest;
  return count == 0 || largest < (uint32_t)bound;
}
