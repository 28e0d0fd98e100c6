#include "runner/recording_part.hpp"

#include <utility>

#include "base/json_value.hpp"
#include "base/logging.hpp"
#include "runner/host_version.hpp"

namespace drover {

void RecordingPart::configure(const Json& message,
                              const ConfigureMessage& wanted,
                              std::string build_id) {
    const AgentSetup& setup = wanted.setup;
    life_.agent = setup.name;
    life_.handle = setup.handle;
    life_.incarnation = setup.incarnation;
    life_.fleet = setup.fleet;
    life_.plugin = wanted.plugin.string();
    life_.build_id = std::move(build_id);
    life_.library_agent = wanted.agent;
    life_.host = host_version;
    life_.mode = setup.mode;
    life_.owns_clock = setup.owns_clock;
    life_.may_engage = setup.engageable_switch != nullptr;
    life_.has_simulations = setup.simulations != nullptr;
    life_.seed = seed_of(setup.fleet, setup.name);
    life_.start_time = setup.start_time;
    life_.rules = to_line(value_or(message, "rules", Json::array()));
    wanted_ = wanted.record;
}

void RecordingPart::follow(AgentRunner& runner) {
    runner_ = &runner;
    const DurablePlace place = runner.place();
    life_.random = place.random;
    life_.last_settled = place.settled;
    if (wanted_) {
        life_.is_whole = wanted_->patterns.empty();
        join(*wanted_);
    }
    life_.is_whole = false;  // Who joins later has missed its beginning.
    lend();
}

void RecordingPart::take_news(const Json& message) {
    const std::string rules = to_line(value_or(message, "rules", Json::array()));
    if (rules != life_.rules) {
        life_.rules = rules;
        if (recorder_) {
            recorder_->rules(rules);
        }
    }
}

void RecordingPart::lend() {
    if (transport_) {
        transport_->record_to(recorder_.get());
    }
    if (simulations_) {
        simulations_->record_to(recorder_.get());
    }
    if (runner_ != nullptr) {
        runner_->record_to(recorder_.get());
    }
}

void RecordingPart::join(const RecordOrder& order) {
    life_.patterns = order.patterns;
    life_.config = order.config;
    life_.secret_places = order.secret_places;
    life_.secrets.clear();
    for (const auto& [name, file] : order.secrets) {
        life_.secrets.push_back({name, file});
    }
    if (runner_ != nullptr) {
        life_.start_time = runner_->time();
    }
    auto joined = LifeRecorder::join(order.socket, life_, page_, observer_);
    if (joined) {
        recorder_ = std::move(joined.value());
    } else {
        log_warning("This life is not recorded: " + joined.error().message);
    }
}

void RecordingPart::obey(const Json& message) {
    if (recorder_) {
        recorder_->finish();
        recorder_.reset();
    }
    if (const auto order = read_record_order(value_or(message, "record", Json(nullptr)))) {
        join(*order);
    }
    lend();
}

void RecordingPart::flush() {
    if (!recorder_) {
        return;
    }
    recorder_->flush();
    if (recorder_->is_lost()) {
        recorder_.reset();
        lend();
    }
}

}  // namespace drover
