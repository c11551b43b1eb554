#pragma once
#include <stddef.h>

// Where a function's address goes.
struct dv_symbol {
    const char *name;
    size_t offset;
};

// Opens `library` and fills `table`; 0 on success. On failure `problem` says why, and the library stays open:
// libraries with threads of their own do not survive being closed.
int dv_load(const char *library, void *table, const struct dv_symbol *symbols, size_t count, char problem[512]);
