// What the program was built from.
#pragma once

// Of the sources' repository; empty if unknown.
const char *awn_build_commit(void);
