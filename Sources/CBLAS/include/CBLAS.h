// OpenBLAS's CBLAS interface and its own control of threads.
#pragma once
#include <cblas.h>
