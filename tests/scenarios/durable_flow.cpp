#include "scenarios/durable_flow.hpp"

#include "base/json_value.hpp"

namespace drover::scenarios {

std::string durable_flow_agents(const std::string& source, const std::string& worker) {
    return "  source: {plugin: @durable_flow@, agent: source, config: {" + source +
           "}}\n"
           "  work: {plugin: @durable_flow@, agent: worker" +
           worker +
           "}\n"
           "  auditor: {plugin: @durable_flow@, agent: auditor}\n";
}

std::string durable_flow_rules() {
    return "topics:\n"
           "  \"test.>\": {delivery: durable, receivers: declared}\n"
           "  \"order.submit.>\": {delivery: durable, gated: true, receivers: declared}\n"
           "log: {segment_size: 1MiB, max_size: 64MiB}\n";
}

std::optional<Audit> audit_of(const FleetUnderTest& fleet) {
    const auto asked = fleet.drover({"request", "auditor", "audit", "{}", "-o", "json"});
    const auto document = parse_json(asked.output);
    if (asked.exit_code != 0 || !document || !document.value().contains("reply")) {
        return std::nullopt;
    }
    const Json& reply = document.value().at("reply");
    return Audit{value_or<std::uint64_t>(reply, "handled", 0),
                 value_or<std::string>(reply, "wrong", "")};
}

testing::AssertionResult has_handled(const FleetUnderTest& fleet, std::uint64_t count) {
    std::optional<Audit> last;
    const bool is_there = eventually(
        [&] {
            if (const auto now = audit_of(fleet)) {
                last = now;
            }
            return last && (last->handled >= count || !last->wrong.empty());
        },
        4 * patience);
    if (!last) {
        return testing::AssertionFailure() << "the auditor does not answer";
    }
    if (!is_there || !last->wrong.empty() || last->handled != count) {
        const auto status = fleet.status();
        return testing::AssertionFailure()
               << last->handled << " of " << count << " handled; wrong: '" << last->wrong << "'\n"
               << fleet.drover({"log", "stat"}).text() << (status ? status->text : "");
    }
    return testing::AssertionSuccess();
}

}  // namespace drover::scenarios
