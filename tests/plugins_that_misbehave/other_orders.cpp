// Another build of the risk agent, for the tests of replays: the same in all but the quantity of
// its orders, which is one more. It is the real plugin with a host between that changes orders.
#include <cstring>
#include <string_view>

#include <dlfcn.h>

#include <drover/drover.h>
#include <drover/trading/order.h>

namespace {

constexpr std::int64_t one_unit = 1'000'000'000;

/// What is given to the plugin in the place of the host.
struct Between {
    drover_host table{};
    const drover_host* host = nullptr;
    std::uint32_t orders = UINT32_MAX;  ///< The handle of the topic of orders.
};
Between between;

drover_status topic(const drover_host* /*host*/,
                    std::uint32_t port,
                    drover_string name,
                    std::uint32_t* handle) {
    const drover_status found = between.host->topic(between.host, port, name, handle);
    if (found >= 0 && std::string_view(name.data, name.size).starts_with("order.submit.")) {
        between.orders = *handle;
    }
    return found;
}

drover_status publish(const drover_host* /*host*/,
                      std::uint32_t handle,
                      std::int64_t event_time,
                      const void* data,
                      std::uint32_t count,
                      std::uint64_t bytes,
                      std::uint64_t* sequence) {
    drover_order order{};
    if (handle == between.orders && bytes == sizeof order) {
        std::memcpy(&order, data, sizeof order);
        order.quantity += one_unit;
        data = &order;
    }
    return between.host->publish(between.host, handle, event_time, data, count, bytes, sequence);
}

const drover_agent_functions* real_functions = nullptr;

drover_status create(const drover_agent_description* description,
                     const drover_host* host,
                     void** agent) {
    between.host = host;
    between.table = *host;
    between.table.topic = &topic;
    between.table.publish = &publish;
    return real_functions->create(description, &between.table, agent);
}

}  // namespace

extern "C" DROVER_EXPORT const drover_library* drover_library_v1(void) {
    static drover_library library{};
    static drover_agent_description agent{};
    static drover_agent_functions functions{};
    static const drover_agent_description* agents[] = {&agent};
    if (library.size == 0) {
        void* const real = ::dlopen(DROVER_TEST_RISK, RTLD_NOW | RTLD_LOCAL);
        if (real == nullptr) {
            return nullptr;
        }
        const auto entry =
            reinterpret_cast<decltype(&drover_library_v1)>(::dlsym(real, "drover_library_v1"));
        library = *entry();
        agent = *library.agents[0];
        real_functions = agent.functions;
        functions = *real_functions;
        functions.create = &create;
        agent.functions = &functions;
        library.agents = agents;
    }
    return &library;
}
