/* A library with one agent that does nothing, in C: what the plugins that cannot be loaded would
 * offer if they could. */
#ifndef DROVER_TESTS_PLAIN_LIBRARY_H
#define DROVER_TESTS_PLAIN_LIBRARY_H

#include <drover/drover.h>

static int plain_instance;

static drover_status plain_create(const drover_agent_description* description,
                                  const drover_host* host,
                                  void** agent) {
    (void)description;
    (void)host;
    *agent = &plain_instance;
    return DROVER_OK;
}
static void plain_destroy(void* agent) {
    (void)agent;
}
static drover_status plain_start(void* agent) {
    (void)agent;
    return DROVER_OK;
}

static const drover_agent_functions plain_functions = {
    .size = sizeof(drover_agent_functions),
    .create = plain_create,
    .destroy = plain_destroy,
    .start = plain_start,
};
static const drover_agent_description plain_description = {
    .size = sizeof(drover_agent_description),
    .flags = DROVER_AGENT_STATELESS,
    .name = "plain",
    .version = "1.0.0",
    .vendor = "drover tests",
    .description = "Does nothing.",
    .functions = &plain_functions,
};
static const drover_agent_description* const plain_agents[] = {&plain_description};

#endif
