/// drover.simulation/1 under test: starts are only written down, and the test says what becomes of
/// them. Test authors use Harness; this is its inside.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <drover/drover.h>
#include <drover/testing/published.hpp>

namespace drover::testing {

/// A simulation that the agent has started and whose outcome it has not read.
struct StartedSimulation {
    std::uint64_t token = 0;
    std::string request;  ///< JSON, as the agent wrote it.
};

/// The open simulations of one life. Host guards it with its lock.
class Simulations {
public:
    /// Every start from now on fails with IO and this sentence; empty: no more.
    void refuse_starts(std::string_view reason) { refusal_ = reason; }

    Answer start(std::string_view request, std::uint64_t token) {
        if (!refusal_.empty()) {
            return {DROVER_E_IO, refusal_};
        }
        if (open_.count(token) > 0) {
            return {DROVER_E_STATE, "Simulation " + std::to_string(token) + " is open already."};
        }
        if (open_.size() == std::size_t{DROVER_SIMULATION_MOST}) {
            return {DROVER_E_STATE,
                    std::to_string(DROVER_SIMULATION_MOST) + " simulations are open already."};
        }
        if (request.empty() || request.front() != '{') {
            return {DROVER_E_INVALID, "The request is no JSON object: " + std::string(request)};
        }
        open_[token] = {std::string(request), "", std::nullopt, next_++};
        return {};
    }

    /// The answer to `read` and, in `text`, what it writes.
    Answer read(std::uint64_t token, std::string& text) {
        const auto found = open_.find(token);
        if (found == open_.end()) {
            return {DROVER_E_NOT_FOUND, "There is no simulation " + std::to_string(token) + "."};
        }
        if (!found->second.outcome) {
            text = found->second.progress;
            return {DROVER_PENDING, ""};
        }
        const Answer outcome = std::move(*found->second.outcome);
        open_.erase(found);
        text = outcome.status < 0 ? "" : outcome.sentence;
        return {outcome.status, outcome.status < 0 ? outcome.sentence : ""};
    }

    Answer cancel(std::uint64_t token) {
        return open_.erase(token) > 0
                   ? Answer{}
                   : Answer{DROVER_E_NOT_FOUND,
                            "There is no simulation " + std::to_string(token) + "."};
    }

    /// False where no such simulation runs.
    bool tell_progress(std::uint64_t token, std::string_view progress) {
        const auto found = open_.find(token);
        if (found == open_.end() || found->second.outcome) {
            return false;
        }
        found->second.progress = progress;
        return true;
    }
    /// `text` is the document, or the sentence of a failure. False where no such simulation runs.
    bool end(std::uint64_t token, drover_status status, std::string_view text) {
        const auto found = open_.find(token);
        if (found == open_.end() || found->second.outcome) {
            return false;
        }
        found->second.outcome = Answer{status, std::string(text)};
        return true;
    }

    /// Those that run, in the order in which they were started.
    [[nodiscard]] std::vector<StartedSimulation> running() const {
        std::map<std::uint64_t, StartedSimulation> by_start;
        for (const auto& [token, simulation] : open_) {
            if (!simulation.outcome) {
                by_start[simulation.number] = {token, simulation.request};
            }
        }
        std::vector<StartedSimulation> started;
        for (auto& [number, simulation] : by_start) {
            started.push_back(std::move(simulation));
        }
        return started;
    }

private:
    struct Open {
        std::string request;
        std::string progress;
        std::optional<Answer> outcome;
        std::uint64_t number = 0;
    };
    std::map<std::uint64_t, Open> open_;
    std::uint64_t next_ = 0;
    std::string refusal_;
};

}  // namespace drover::testing
