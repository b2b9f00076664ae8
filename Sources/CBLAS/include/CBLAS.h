// OpenBLAS's CBLAS interface, its own control of threads, and the one LAPACK routine that is used.
#pragma once
#include <cblas.h>

/// Cholesky factor of a symmetric positive definite matrix in column-major order, in place (LAPACK, Fortran interface).
void dpotrf_(
    const char *triangle, const blasint *order, double *matrix, const blasint *stride, blasint *info);
