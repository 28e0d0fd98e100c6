/// What a person asks of the durable log: `drover log stat`, `skip` and `forget`.
#include <algorithm>
#include <string>

#include "base/json_value.hpp"
#include "durable_log/log_status.hpp"
#include "router/durable_desk.hpp"

namespace drover {
namespace {

std::optional<std::uint16_t> number_of(const std::vector<RouterAgent>& agents,
                                       const std::string& name) {
    const auto found = std::ranges::find(agents, name, &RouterAgent::name);
    return found == agents.end()
               ? std::nullopt
               : std::optional(static_cast<std::uint16_t>(found - agents.begin()));
}

}  // namespace

Result<void> DurableDesk::obey(const Json& order, const std::vector<RouterAgent>& agents) {
    const auto what = value_or<std::string>(order, "what", "");
    const auto name = value_or<std::string>(order, "name", "");
    if (what == "skip") {
        return skip(agents, name, value_or<std::uint64_t>(order, "position", 0));
    }
    if (what == "forget") {
        return forget(agents, name);
    }
    if (what == "trim") {
        store_and_trim();
    }
    return success();
}

std::vector<ParkedReceiver> DurableDesk::parked(const std::vector<RouterAgent>& agents) const {
    std::vector<ParkedReceiver> parked;
    for (const auto& [name, cursor] : log_->state().receivers) {
        const auto agent = number_of(agents, name);
        if (!agent || !receivers_.is_receiver(*agent)) {
            parked.push_back({name, cursor.effective});
        }
    }
    return parked;
}

Json DurableDesk::status(const std::vector<RouterAgent>& agents) const {
    receivers_.store();
    Json status = to_json(LogStatus{log_->id(),
                                    log_->options().folder,
                                    log_->first(),
                                    told_,
                                    log_->segments(),
                                    log_->size(),
                                    log_->state()});
    const auto all_parked = parked(agents);
    for (Json& receiver : status["receivers"]) {
        const auto name = receiver.at("name").get<std::string>();
        receiver["parked"] =
            std::ranges::find(all_parked, name, &ParkedReceiver::name) != all_parked.end();
        const auto agent = number_of(agents, name);
        const bool is_behind = receiver.at("effective").get<std::uint64_t>() < told_;
        receiver["away"] = agent && is_behind && !receiver.at("parked").get<bool>()
                               ? hands_.away_state(*agent)
                               : std::string();
    }
    for (Json& publisher : status["publishers"]) {
        const auto found = std::ranges::find(
            agents, publisher.at("handle").get<std::uint32_t>(), &RouterAgent::handle);
        publisher["name"] = found == agents.end() ? std::string() : found->name;
    }
    status["max_size"] = log_->options().max_size;
    status["trouble"] = trouble_;
    return status;
}

Result<void> DurableDesk::skip(const std::vector<RouterAgent>& agents,
                               const std::string& name,
                               std::uint64_t position) {
    const auto agent = number_of(agents, name);
    if (!agent || !receivers_.is_receiver(*agent)) {
        return Error{ErrorKind::not_found, "'" + name + "' receives no durable messages."};
    }
    if (position == 0) {
        position = receivers_.first_waiting(*agent, told_);
    }
    if (position == 0) {
        return Error{ErrorKind::refused, "No durable message waits for '" + name + "'."};
    }
    if (position <= receivers_.effective(*agent) || position > log_->head()) {
        return Error{ErrorKind::invalid,
                     "Position " + std::to_string(position) + " does not wait for '" + name +
                         "', which is through with everything up to " +
                         std::to_string(receivers_.effective(*agent)) + "; the log ends at " +
                         std::to_string(log_->head()) + "."};
    }
    receivers_.skip(*agent, position);
    store_and_trim();
    return success();
}

Result<void> DurableDesk::forget(const std::vector<RouterAgent>& agents, const std::string& name) {
    if (!log_->state().receivers.contains(name)) {
        return Error{ErrorKind::not_found, "The durable log knows no receiver '" + name + "'."};
    }
    const auto agent = number_of(agents, name);
    if (agent && receivers_.is_receiver(*agent) && !receivers_.begin_anew(*agent)) {
        return Error{ErrorKind::refused,
                     "'" + name +
                         "' is running and receives durable messages: stop it first, remove its "
                         "state file if it is to begin anew, then forget its cursor."};
    }
    log_->forget(name);
    store_and_trim();
    return success();
}

}  // namespace drover
