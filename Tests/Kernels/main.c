// Compares every kernel with the plain formula, in the version that this program was compiled for or that this
// processor runs. `make test-levels` builds it for each level, and for other processors.
#include "check.h"

int checks, failures;

int main(void) {
  check_dense();
  check_doubles();
  check_images();
  check_rows();
  check_subnormals();
  printf("%s: %d of %d comparisons failed\n", awn_level_name(), failures, checks);
  return failures > 0;
}
