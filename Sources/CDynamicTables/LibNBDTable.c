#include "LibNBDTable.h"

#include <pthread.h>

#include "LibraryLoad.h"

#define DV_SYMBOL(name) {#name, offsetof(struct dv_libnbd, name)},
static const struct dv_symbol symbols[] = {DV_LIBNBD_FUNCTIONS(DV_SYMBOL)};

static struct dv_libnbd table;
static const struct dv_libnbd *loaded;
static char problem[512];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    if (!dv_load("libnbd.so.0", &table, symbols, sizeof symbols / sizeof *symbols, problem)) loaded = &table;
}

const struct dv_libnbd *dv_libnbd(void) {
    pthread_once(&once, load);
    return loaded;
}

const char *dv_libnbd_problem(void) { return problem; }
