#include "CKernels.h"
#include "Vector.h"

// The columns are known to the compiler if they are few.
INLINE int gather(size_t rows, size_t columns, const int32_t* indices, size_t source_rows, const float* source,
                  float* target, size_t stride) {
  int isInside = 1;
  for (size_t r = 0; r < rows; r++) {
    const size_t index = (size_t)indices[r];
    if (index >= source_rows) {
      isInside = 0;
      continue;
    }
    const float* from = source + index * columns;
    float* to = target + r * stride;
    if (columns <= 4) {
      for (size_t n = 0; n < columns; n++) to[n] = from[n];
      continue;
    }
    copy_row(to, from, columns);
  }
  return isInside;
}

MULTIVERSION
int awn_gather(size_t rows, size_t columns, const int32_t* indices, size_t source_rows, const float* source,
               float* target, size_t stride) {
  switch (columns) {
    case 1: return gather(rows, 1, indices, source_rows, source, target, stride);
    case 2: return gather(rows, 2, indices, source_rows, source, target, stride);
    case 3: return gather(rows, 3, indices, source_rows, source, target, stride);
    case 4: return gather(rows, 4, indices, source_rows, source, target, stride);
    default: return gather(rows, columns, indices, source_rows, source, target, stride);
  }
}

int awn_gather_classes(size_t count, const int32_t* indices, size_t source_count, const int32_t* source, int32_t* target) {
  int isInside = 1;
  for (size_t n = 0; n < count; n++) {
    const size_t index = (size_t)indices[n];
    if (index >= source_count) {
      isInside = 0;
    } else {
      target[n] = source[index];
    }
  }
  return isInside;
}
