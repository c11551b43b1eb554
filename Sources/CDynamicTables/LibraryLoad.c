#include "LibraryLoad.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

int dv_load(const char *library, void *table, const struct dv_symbol *symbols, size_t count, char problem[512]) {
    // RTLD_LOCAL: the symbols must not stand in for anything that the program itself links.
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        snprintf(problem, 512, "%s", dlerror());
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        void *address = dlsym(handle, symbols[i].name);
        if (!address) {
            snprintf(problem, 512, "%s has no function %s", library, symbols[i].name);
            return -1;
        }
        memcpy((char *)table + symbols[i].offset, &address, sizeof address);
    }
    return 0;
}
