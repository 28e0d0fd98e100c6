// The runner agent: runs backtests on request, beside the running fleet.
#include "backtest/runner_agent.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "backtest/json_text.hpp"

namespace drover {
namespace {

constexpr const char* not_lent =
    "drover.simulation/1 is not lent to this agent, so that it can run nothing: a simulation never "
    "lends it, and `grants: []` in agents.yaml forbids it.";

/// "run 3", "run 3 (fast 50)"
std::string name_of(std::uint64_t number, const std::string& label) {
    return "run " + std::to_string(number) + (label.empty() ? "" : " (" + label + ")");
}

/// The members of a JSON object, to stand behind others: "{}" gives nothing.
std::string members_of(const std::string& object) {
    const std::string inside = object.substr(1, object.size() - 2);
    return inside.empty() ? "" : "," + inside;
}

}  // namespace

void RunnerAgent::configure(const Config& config) {
    const auto json = nlohmann::json::parse(config.json.empty() ? "{}" : config.json);
    parallel_ = json.value("parallel", parallel_);
    most_waiting_ = json.value("queue", most_waiting_);
}

bool RunnerAgent::start() {
    simulations_ = static_cast<const drover_simulation_v1*>(
        host()->get_extension(host(), DROVER_EXTENSION_SIMULATION));
    show_health();
    return true;
}

void RunnerAgent::stop(std::int32_t /*reason*/) {
    const std::string why = "The runner was stopped before the run had ended.";
    for (const auto& [number, one] : std::exchange(running_, {})) {
        end(one, DROVER_E_LOST, why);
    }
    for (const Run& one : std::exchange(waiting_, {})) {
        end(one, DROVER_E_LOST, why);
    }
}

void RunnerAgent::on_request(const Request& request) {
    if (request.is(run)) {
        accept(request);
    } else {
        cancel_run(request);
    }
}

void RunnerAgent::accept(const Request& request) {
    if (simulations_ == nullptr) {
        throw Failure("simulation", not_lent, DROVER_E_DENIED);
    }
    RunRequest asked = read_run_request(request.json());
    if (running_.size() >= parallel_ && waiting_.size() >= most_waiting_) {
        throw Failure("queue",
                      "No further run is taken: running " + std::to_string(running_.size()) +
                          ", waiting " + std::to_string(waiting_.size()) +
                          ", which is all that the config allows ('parallel', 'queue'). Ask "
                          "again later.",
                      DROVER_E_STATE);
    }
    waiting_.push_back(Run{++last_run_, request.id(), std::move(asked)});
    state_dirty();
    log_info(name_of(last_run_, waiting_.back().asked.label) + " asked for by " +
             std::string(request.sender()) + ": " + waiting_.back().asked.simulation);
    publish_progress(waiting_.back(), "waiting");
    start_waiting();
    show_health();
}

void RunnerAgent::start_waiting() {
    while (!waiting_.empty() && running_.size() < parallel_) {
        Run next = std::move(waiting_.front());
        waiting_.pop_front();
        const std::string& wanted = next.asked.simulation;
        const drover_status status =
            simulations_->start(host(), {wanted.data(), wanted.size()}, next.number);
        if (status < 0) {
            end(next, status, last_error());
            continue;
        }
        publish_progress(next, "running");
        running_.emplace(next.number, std::move(next));
    }
}

void RunnerAgent::on_post(std::uint64_t token) {
    const auto found = running_.find(token);
    if (found == running_.end()) {
        return;  // Cancelled while this was on its way.
    }
    std::string text;
    const drover_writer writer{&text, [](void* context, const void* data, std::size_t size) {
                                   static_cast<std::string*>(context)->append(
                                       static_cast<const char*>(data), size);
                                   return drover_status{DROVER_OK};
                               }};
    const drover_status status = simulations_->read(host(), token, &writer);
    if (status == DROVER_PENDING) {
        if (!text.empty()) {
            publish_progress(found->second, "running", text);
        }
        return;
    }
    const Run ended = std::move(found->second);
    running_.erase(found);
    end(ended, status, status < 0 ? last_error() : text);
    start_waiting();
    show_health();
}

void RunnerAgent::cancel_run(const Request& request) {
    const CancelRequest asked = read_cancel_request(request.json());
    const auto is_meant = [&asked](const Run& one) {
        return asked.run ? one.number == *asked.run : one.asked.label == asked.label;
    };
    const std::string why = "The run was cancelled by " + std::string(request.sender()) + ".";
    const auto runs = std::find_if(running_.begin(), running_.end(), [&](const auto& entry) {
        return is_meant(entry.second);
    });
    const auto waits = std::find_if(waiting_.begin(), waiting_.end(), is_meant);
    const bool is_running = runs != running_.end();
    if (!is_running && waits == waiting_.end()) {
        throw Failure(
            "run",
            "No run " +
                (asked.run ? std::to_string(*asked.run) : "with the label '" + asked.label + "'") +
                " goes on or waits.",
            DROVER_E_NOT_FOUND);
    }
    const Run ended = is_running ? std::move(runs->second) : std::move(*waits);
    if (is_running) {
        running_.erase(runs);
        simulations_->cancel(host(), ended.number);
    } else {
        waiting_.erase(waits);
    }
    end(ended, DROVER_E_STATE, why);
    reply(request.id(),
          JsonText()
              .add("run", ended.number)
              .add("label", ended.asked.label)
              .add("was", is_running ? "running" : "waiting")
              .text());
    start_waiting();
    show_health();
}

void RunnerAgent::end(const Run& ended, drover_status status, const std::string& text) {
    ++ended_;
    failed_ += status < 0 ? 1U : 0U;
    JsonText head;
    head.add("run", ended.number).add("label", ended.asked.label);
    std::string result;
    if (status < 0) {
        result = head.add("error", text).text();
        log_warning(name_of(ended.number, ended.asked.label) + ": " + text);
    } else {
        result = head.text();
        result.pop_back();
        result += members_of(text) + "}";
        log_info(name_of(ended.number, ended.asked.label) + " has ended");
    }
    const auto to = topic(results, "backtest.result." + std::to_string(ended.number));
    if (publish_json(to, result) < 0) {
        log_warning("A result was not published: " + last_error());
    }
    const drover_status answered = status < 0 ? reply_failure(ended.request, status, text)
                                              : reply(ended.request, std::string_view(result));
    if (answered < 0) {
        log_info(name_of(ended.number, ended.asked.label) +
                 ": nobody waits for its answer any more: " + last_error());
    }
}

void RunnerAgent::publish_progress(const Run& one, const char* state, const std::string& how_far) {
    std::string text =
        JsonText().add("run", one.number).add("label", one.asked.label).add("state", state).text();
    text.pop_back();
    text += members_of(how_far) + "}";
    const auto to = topic(progress, "backtest.progress." + std::to_string(one.number));
    if (publish_json(to, text) < 0) {
        log_warning("Progress was not published: " + last_error());
    }
}

void RunnerAgent::show_health() const {
    if (simulations_ == nullptr) {
        degraded("simulation", not_lent);
        return;
    }
    if (!running_.empty()) {
        healthy("running " + std::to_string(running_.size()) + ", waiting " +
                std::to_string(waiting_.size()));
        return;
    }
    healthy(ended_ == 0 ? std::string("idle")
                        : "idle; runs ended: " + std::to_string(ended_) +
                              ", without a result: " + std::to_string(failed_));
}

void RunnerAgent::save_state(std::string& bytes) const {
    bytes = JsonText().add("last_run", last_run_).text();
}

void RunnerAgent::load_state(std::string_view bytes, std::uint32_t /*version*/) {
    last_run_ = nlohmann::json::parse(bytes).at("last_run");
}

}  // namespace drover
