#include "LibvirtTable.h"

#include <pthread.h>

#include "LibraryLoad.h"

#define DV_SYMBOL(name) {#name, offsetof(struct dv_libvirt, name)},
static const struct dv_symbol symbols[] = {DV_LIBVIRT_FUNCTIONS(DV_SYMBOL)};

static struct dv_libvirt table;
static const struct dv_libvirt *loaded;
static char problem[512];
static pthread_once_t once = PTHREAD_ONCE_INIT;

// Every error comes back to the caller; libvirt would print it to standard error as well.
static void keep_quiet(void *data, virErrorPtr error) {
    (void)data;
    (void)error;
}

static void load(void) {
    if (dv_load("libvirt.so.0", &table, symbols, sizeof symbols / sizeof *symbols, problem)) return;
    table.virSetErrorFunc(NULL, keep_quiet);
    loaded = &table;
}

const struct dv_libvirt *dv_libvirt(void) {
    pthread_once(&once, load);
    return loaded;
}

const char *dv_libvirt_problem(void) { return problem; }

static struct {
    dv_agent_command *command;
} agent;
static pthread_once_t agent_once = PTHREAD_ONCE_INIT;

static void load_agent(void) {
    static const struct dv_symbol symbols[] = {{"virDomainQemuAgentCommand", 0}};
    char ignored[512];
    dv_load("libvirt-qemu.so.0", &agent, symbols, 1, ignored);
}

dv_agent_command *dv_libvirt_agent_command(void) {
    pthread_once(&agent_once, load_agent);
    return agent.command;
}
