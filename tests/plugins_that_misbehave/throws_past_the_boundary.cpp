// A plugin without the C++ layer whose exception leaves a callback, which the ABI forbids: the
// runner's process may end, nobody else's.
#include <stdexcept>

#include <drover/drover.h>

#include "plugins_that_misbehave/test_topics.hpp"

namespace {

int instance = 0;

drover_status create(const drover_agent_description*, const drover_host*, void** agent) {
    *agent = &instance;
    return DROVER_OK;
}
void destroy(void*) {}
drover_status start(void*) {
    return DROVER_OK;
}
void on_message(void*, const drover_message*) {
    throw std::runtime_error("an exception that nobody caught");
}

const drover_port ticks{sizeof(drover_port),
                        DROVER_PORT_IN,
                        "ticks",
                        "test.>",
                        &drover::misbehaving::tick_type,
                        nullptr,
                        "Ticks"};
const drover_port* const ports[] = {&ticks};
const drover_agent_functions functions{sizeof(drover_agent_functions),
                                       0,
                                       create,
                                       destroy,
                                       nullptr,
                                       start,
                                       nullptr,
                                       on_message,
                                       nullptr,
                                       nullptr,
                                       nullptr,
                                       nullptr,
                                       nullptr,
                                       nullptr};
const drover_agent_description description{sizeof(drover_agent_description),
                                           DROVER_AGENT_STATELESS,
                                           "throws-past-the-boundary",
                                           "1.0.0",
                                           "drover tests",
                                           "Lets an exception out of a callback.",
                                           nullptr,
                                           nullptr,
                                           0,
                                           1,
                                           ports,
                                           &functions};
const drover_agent_description* const agents[] = {&description};
const drover_library library{
    sizeof(drover_library), DROVER_ABI_MAJOR, DROVER_ABI_MINOR, 1, DROVER_ABI_HASH, agents, "C++"};

}  // namespace

extern "C" DROVER_EXPORT const drover_library* drover_library_v1(void) {
    return &library;
}
