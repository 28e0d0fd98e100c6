/* Works, but writes to standard output whenever it is touched: in a constructor, when it is
 * described, when it starts, and when it is unloaded. */
#include <stdio.h>

#include <drover/drover.h>

static int instance;

static void print(const char* text) {
    (void)puts(text);
    (void)fflush(stdout);
}
__attribute__((constructor)) static void loaded(void) {
    print("{\"error\": \"not an answer\"}");
}
__attribute__((destructor)) static void unloaded(void) {
    print("goodbye");
}

static drover_status create(const drover_agent_description* description,
                            const drover_host* host,
                            void** agent) {
    (void)description;
    (void)host;
    *agent = &instance;
    return DROVER_OK;
}
static void destroy(void* agent) {
    (void)agent;
}
static drover_status start(void* agent) {
    (void)agent;
    print("started");
    return DROVER_OK;
}

static const drover_agent_functions functions = {
    .size = sizeof(drover_agent_functions),
    .create = create,
    .destroy = destroy,
    .start = start,
};
static const drover_agent_description description = {
    .size = sizeof(drover_agent_description),
    .flags = DROVER_AGENT_STATELESS,
    .name = "prints",
    .version = "1.0.0",
    .vendor = "drover tests",
    .description = "Writes to standard output.",
    .functions = &functions,
};
static const drover_agent_description* const agents[] = {&description};
static const drover_library library = {
    sizeof(drover_library), DROVER_ABI_MAJOR, DROVER_ABI_MINOR, 1, DROVER_ABI_HASH, agents, "C"};

DROVER_EXPORT const drover_library* drover_library_v1(void) {
    print("described");
    return &library;
}
