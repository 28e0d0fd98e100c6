#include "scenarios/standby_state.hpp"

#include <csignal>

#include <gtest/gtest.h>

#include "base/json_value.hpp"

namespace drover::scenarios {

Json part_of(const FleetStatus& status, const std::string& agent) {
    const auto document = parse_json(status.text);
    for (const Json& part : document ? document.value().at("agents") : Json::array()) {
        if (part.at("name") == agent) {
            return part;
        }
    }
    return Json::object();
}

std::string text_at(const Json& part, const char* key) {
    return value_or<std::string>(part, key, "");
}

Json standby_gets(const FleetUnderTest& fleet, const std::string& agent, const std::string& state) {
    Json standby = Json::object();
    EXPECT_TRUE(fleet.reaches([&](const FleetStatus& now) {
        const Json part = part_of(now, agent);
        standby = part.contains("standby") ? part.at("standby") : Json(nullptr);
        return standby.is_object() && standby.at("state") == state;
    })) << agent;
    return standby.is_object() ? standby : Json::object();
}

pid_t pid_in(const Json& part) {
    return value_or<pid_t>(part, "pid", -1);
}

Json killed_and_back(const FleetUnderTest& fleet, const std::string& agent) {
    const auto before = fleet.status();
    if (!before || !(*before)[agent].pid) {
        ADD_FAILURE() << agent << " has no process";
        return Json::object();
    }
    const AgentStatus victim = (*before)[agent];
    EXPECT_TRUE(gets_signal(victim.pid, SIGKILL));
    Json part = Json::object();
    EXPECT_TRUE(fleet.reaches([&](const FleetStatus& now) {
        part = part_of(now, agent);
        return now[agent].is_well() && now[agent].restarts == victim.restarts + 1 &&
               now[agent].pid != victim.pid;
    })) << agent;
    return part;
}

Json copied_and_back(const FleetUnderTest& fleet, const std::string& agent) {
    Json part = Json::object();
    EXPECT_TRUE(eventually([&] {
        (void)standby_gets(fleet, agent, "ready");
        part = killed_and_back(fleet, agent);
        const std::string why = text_at(part, "started_by_reason");
        return why.find("did not answer within a second") == std::string::npos;
    })) << part;
    return part;
}

}  // namespace drover::scenarios
