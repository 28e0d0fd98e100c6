/// A fleet whose agents send anything: the input is a list of frames, each with the agent that it
/// comes from. Nothing that an agent sends may harm the router or be delivered malformed.
#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include "fuzz/fuzz_target.hpp"
#include "tests/host/router/fake_fleet.hpp"

namespace drover {
namespace {

constexpr std::size_t agents = 3;

RouterConfig busy_fleet() {
    RouterConfig config = fleet_of(agents);
    RouterRule gated;
    gated.pattern = "order.>";
    gated.gated = true;
    RouterRule latest;
    latest.pattern = "quote.>";
    latest.latest = true;
    config.rules = {gated, latest};
    config.window.frames = 2;
    config.queue = 4;
    config.agents[0].quota.messages = 1000;
    config.agents[0].serves = {{0, "ask", "ask.x", 0, 0}};
    config.agents[1].asks = {{0, "ask", "ask.x", 0, 0}};
    return config;
}

/// Every message that the router passes on is sound.
void check_sent(FakeFleet& fleet) {
    for (std::uint16_t agent = 0; agent < agents; ++agent) {
        for (const std::string& words : fleet.take_sent(agent)) {
            require(words != "malformed");
        }
    }
}

}  // namespace
}  // namespace drover

/// {u8 agent and flags, u16 size, bytes}, again and again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace drover;
    FakeFleet fleet(busy_fleet());
    for (std::uint16_t agent = 0; agent < agents; ++agent) {
        fleet.join(agent, {">"});
    }
    std::span<const std::uint8_t> rest(data, size);
    Monotonic now{};
    while (rest.size() >= 3) {
        const auto agent = static_cast<std::uint16_t>(rest[0] % agents);
        const bool is_engaged = (rest[0] & 0x40U) != 0;
        const bool is_over = (rest[0] & 0x80U) != 0;
        std::uint16_t length = 0;
        std::memcpy(&length, rest.data() + 1, sizeof(length));
        rest = rest.subspan(3);
        const auto bytes = rest.first(std::min<std::size_t>(length, rest.size()));
        rest = rest.subspan(bytes.size());
        fleet.output.gate_reading = {is_engaged, is_engaged ? 4U : 2U};
        fleet.give(agent,
                   std::vector<std::byte>(
                       reinterpret_cast<const std::byte*>(bytes.data()),
                       reinterpret_cast<const std::byte*>(bytes.data()) + bytes.size()));
        if (is_over) {
            fleet.core.open_link(agent, fleet.incarnation_of(agent) + 1, "token");
        }
        now += std::chrono::milliseconds(10);
        fleet.core.tick(now);
        check_sent(fleet);
    }
    return 0;
}
