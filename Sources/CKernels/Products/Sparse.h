#pragma once

#include <stddef.h>

// Whether most of the left operand of a product is zero, so that `awn_sparse_product` is faster than the general kernel.
int awn_is_sparse(size_t rows, size_t columns, size_t inner, const float* left, size_t row_step, size_t inner_step);

// As `awn_product` of a right operand as it is stored, whose columns are whole vectors.
void awn_sparse_product(size_t rows, size_t columns, size_t inner, const float* left, size_t row_step,
                        size_t inner_step, const float* right, size_t right_stride, float* result,
                        size_t result_stride, int adds);
