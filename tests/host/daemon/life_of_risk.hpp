/// A life of risk that a test begins or only prepares.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "base/json_value.hpp"
#include "daemon/process_life.hpp"
#include "tests/host/process/scratch.hpp"

namespace drover::test {

/// Its log, and what it is begun with: life 3 under run 7 of droverd.
class LifeOfRisk {
public:
    /// A shell that does `script`.
    [[nodiscard]] static LifeRequest request(const std::string& script) {
        LifeRequest wanted;
        wanted.unit = "risk";
        wanted.program = "/bin/sh";
        wanted.arguments = {"-c", script};
        wanted.environment = {"GREETING=hello"};
        wanted.mark = "DROVER_LIFE=run/risk.3";
        wanted.run = 7;
        wanted.life = 3;
        wanted.hang_timeout = std::chrono::seconds(5);
        return wanted;
    }
    [[nodiscard]] AgentLog& log() { return log_; }
    /// What stands in its log.
    [[nodiscard]] std::vector<Json> logged() {
        log_.flush();
        std::vector<Json> records;
        std::ifstream file(file_);
        for (std::string line; std::getline(file, line);) {
            records.push_back(Json::parse(line));
        }
        return records;
    }

private:
    ScratchFolder scratch_;
    std::filesystem::path file_ = scratch_.path() / "risk.log";
    AgentLog log_ = std::move(AgentLog::open(file_, {.rate = 0}).value());
};

}  // namespace drover::test
