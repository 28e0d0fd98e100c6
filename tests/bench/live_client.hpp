/// Asks a running droverd without starting a command for each question.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>

#include "base/json_value.hpp"
#include "bench/stamp_sheet.h"
#include "bench/workshop.hpp"
#include "command/control_client.hpp"

namespace drover::bench {

inline double milliseconds_between(std::int64_t began, std::int64_t ended) {
    return static_cast<double>(ended - began) / 1e6;
}

/// Throws when anything fails.
class LiveClient {
public:
    explicit LiveClient(const Workshop& workshop) : client_(connect(workshop)) {}

    Json call(const std::string& method, const Json& params) {
        auto answer = client_.call(method, params, std::chrono::seconds(60));
        if (!answer) {
            throw std::runtime_error("droverd: " + answer.error().message);
        }
        return std::move(answer.value());
    }

    /// Asks without a pause until every agent is running; returns when.
    std::int64_t wait_until_all_run() {
        return wait_until([](const Json& agents) {
            for (const Json& agent : agents) {
                if (agent.at("state") != "running") {
                    return false;
                }
            }
            return true;
        });
    }
    /// The same until none but the router has a process.
    void wait_until_all_rest() {
        (void)wait_until([](const Json& agents) {
            for (const Json& agent : agents) {
                if (agent.at("state") != "stopped" && agent.at("name") != "drover-router") {
                    return false;
                }
            }
            return true;
        });
    }
    /// The same until an agent is running in a process; returns when.
    std::int64_t wait_until_running(const std::string& name, std::uint32_t pid) {
        return wait_until([&](const Json& agents) {
            for (const Json& agent : agents) {
                if (agent.at("name") == name) {
                    return agent.at("state") == "running" && agent.at("pid") == Json(pid);
                }
            }
            return false;
        });
    }
    /// The same until what stands by for an agent is ready.
    void wait_for_standby(const std::string& name) {
        (void)wait_until([&](const Json& agents) {
            for (const Json& agent : agents) {
                if (agent.at("name") == name && agent.at("standby").is_object()) {
                    return agent.at("standby").at("state") == "ready";
                }
            }
            return false;
        });
    }
    /// Waits until an agent has a process; returns its pid.
    std::uint32_t pid_of(const std::string& name) {
        std::uint32_t pid = 0;
        (void)wait_until([&](const Json& agents) {
            for (const Json& agent : agents) {
                if (agent.at("name") == name && agent.at("pid").is_number()) {
                    pid = agent.at("pid").get<std::uint32_t>();
                }
            }
            return pid != 0;
        });
        return pid;
    }

private:
    static ControlClient connect(const Workshop& workshop) {
        // The client looks for the control socket where droverd was told to put it.
        ::setenv("XDG_RUNTIME_DIR", (workshop.folder() / "run").c_str(), 1);
        auto client = ControlClient::connect(workshop.state_directory());
        if (!client) {
            throw std::runtime_error(client.error().message);
        }
        return std::move(client.value());
    }

    template <typename Condition>
    std::int64_t wait_until(const Condition& holds) {
        constexpr std::int64_t longest = 30'000'000'000;
        const std::int64_t deadline = bench_now() + longest;
        while (bench_now() < deadline) {
            const Json status = call("status", Json::object());
            if (holds(status.at("agents"))) {
                return bench_now();
            }
        }
        throw std::runtime_error("the fleet did not get there within 30 s");
    }

    ControlClient client_;
};

}  // namespace drover::bench
