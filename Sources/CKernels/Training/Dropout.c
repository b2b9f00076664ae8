#include "CKernels.h"
#include "Vector.h"

// A bijection of 32 bits that mixes them well (Wellons' lowbias32): the neighbors of a key give unrelated numbers.
INLINE uint32_t mixed(uint32_t h) {
  h ^= h >> 16;
  h *= 0x7feb352du;
  h ^= h >> 15;
  h *= 0x846ca68bu;
  return h ^ (h >> 16);
}

MULTIVERSION
void awn_dropout(size_t columns, uint32_t key, uint32_t threshold, float scale, float* row) {
  for (size_t c = 0; c < columns; c++) {
    row[c] = mixed(key + (uint32_t)c * 0x9e3779b9u) < threshold ? 0.0f : row[c] * scale;
  }
}

MULTIVERSION
void awn_scale(size_t count, float factor, float* values) {
  for (size_t i = 0; i < count; i++) values[i] *= factor;
}
