/// Any JSON as what the supervisor tells a router or an agent: it is taken or refused by a
/// sentence.
#include <string>

#include "base/json_value.hpp"
#include "fuzz/fuzz_target.hpp"
#include "router/router_config.hpp"
#include "runner/configure_message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace drover;
    const auto json = parse_json({reinterpret_cast<const char*>(data), size});
    if (!json || !json.value().is_object()) {
        return 0;
    }
    const auto config = router_config_from_json(json.value());
    require(bool(config) || !config.error().message.empty());
    if (config) {
        (void)bool(person_request_from_json(json.value(), config.value()));
    }
    (void)bool(fleet_change_from_json(json.value()));
    (void)bool(link_order_from_json(json.value()));
    const auto configured = read_configure(json.value());
    require(bool(configured) || !configured.error().message.empty());
    (void)bool(read_fleet_news(json.value()));
    return 0;
}
