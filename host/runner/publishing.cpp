// What an agent may publish, and how its publications reach the outbox.
#include <algorithm>
#include <cstring>
#include <utility>

#include "base/status_word.hpp"
#include "base/topic.hpp"
#include "runner/agent_runner.hpp"
#include "runner/unsent_frames.hpp"

namespace drover {
namespace {

constexpr std::uint64_t largest_payload = (std::uint64_t{4} << 20U) - 512;

/// Empty: the rule of a topic, if it has one, lets the agent publish on it.
std::string why_denied_by(const TopicRights* rule,
                          const std::string& agent,
                          std::string_view topic) {
    if (rule == nullptr || !rule->publishers ||
        std::ranges::find(*rule->publishers, agent) != rule->publishers->end()) {
        return {};
    }
    return "Agent '" + agent + "' may not publish on '" + std::string(topic) +
           "': it is not among the publishers of '" + rule->pattern + "' in agents.yaml.";
}

}  // namespace

const TopicRights* AgentRunner::rule_for(std::string_view topic) const {
    const auto rule = std::ranges::find_if(setup_.rules, [&](const TopicRights& rights) {
        return topic_matches(rights.pattern, topic);
    });
    return rule == setup_.rules.end() ? nullptr : &*rule;
}

std::optional<std::string> AgentRunner::why_denied(const PortSetup& port,
                                                   std::string_view name) const {
    if (!is_topic(name)) {
        return "'" + std::string(name) +
               "' is not a topic: tokens joined by dots, no wildcards, at most 200 bytes.";
    }
    if (!topic_matches(port.topic, name)) {
        return "Agent '" + setup_.name + "' may not publish on '" + std::string(name) +
               "': its port '" + port.name + "' covers '" + port.topic + "' only.";
    }
    auto denied = why_denied_by(rule_for(name), setup_.name, name);
    return denied.empty() ? std::nullopt : std::optional(std::move(denied));
}

drover_status AgentRunner::subscribe(std::uint32_t port, std::string_view pattern) {
    if (phase_ != Phase::configuring && phase_ != Phase::starting) {
        return host_error(DROVER_E_STATE, "subscribe may only be called in configure and start.");
    }
    if (port >= setup_.ports.size() ||
        (setup_.ports[port].flags & (DROVER_PORT_IN | DROVER_PORT_ON_DEMAND)) !=
            (DROVER_PORT_IN | DROVER_PORT_ON_DEMAND)) {
        return host_error(DROVER_E_NOT_FOUND,
                          "Port " + std::to_string(port) + " is not an IN port marked ON_DEMAND.");
    }
    const std::string wanted(pattern.empty() ? setup_.ports[port].topic : pattern);
    if (!is_topic_pattern(wanted) || !pattern_covers(setup_.ports[port].topic, wanted)) {
        return host_error(DROVER_E_DENIED,
                          "Port '" + setup_.ports[port].name + "' declares '" +
                              setup_.ports[port].topic + "', which does not cover '" + wanted +
                              "'.");
    }
    inbox_.subscribe(port, wanted);
    return DROVER_OK;
}

void AgentRunner::take_rules(std::vector<TopicRights> rules) {
    const auto lock = lock_outgoing();
    setup_.rules = std::move(rules);
    for (OutTopic& out : topics_) {
        const TopicRights* const rule = rule_for(out.name);
        out.gated = rule != nullptr && rule->gated;
        out.durable = rule != nullptr && rule->durable;
        out.denied = why_denied_by(rule, setup_.name, out.name);
    }
}

drover_status AgentRunner::resolve_topic(std::uint32_t port,
                                         std::string_view name,
                                         std::uint32_t* topic) {
    if (port >= setup_.ports.size() || (setup_.ports[port].flags & DROVER_PORT_OUT) == 0) {
        return host_error(DROVER_E_NOT_FOUND,
                          "Port " + std::to_string(port) + " is not an OUT port.");
    }
    const PortSetup& declared = setup_.ports[port];
    const auto lock = lock_outgoing();  // The rules may change while a plugin's own thread asks.
    if (auto reason = why_denied(declared, name)) {
        note_refused(name, DROVER_E_DENIED, *reason);
        observer_.on_log(DROVER_LOG_WARNING, *reason);
        return host_error(is_topic(name) ? DROVER_E_DENIED : DROVER_E_INVALID, std::move(*reason));
    }
    const auto known = std::ranges::find_if(topics_, [&](const OutTopic& out) {
        return out.name == name && out.type == declared.type;
    });
    *topic = static_cast<std::uint32_t>(known - topics_.begin());
    if (known == topics_.end()) {
        const TopicRights* rule = rule_for(name);
        topics_.push_back(OutTopic{std::string(name),
                                   declared.type,
                                   declared.encoding,
                                   declared.record_size,
                                   rule != nullptr && rule->gated,
                                   rule != nullptr && rule->durable,
                                   {},
                                   0});
    }
    return DROVER_OK;
}

void AgentRunner::note_refused(std::string_view topic,
                               drover_status status,
                               std::string_view reason) {
    count_refused(status);
    observer_.on_occurrence(
        {EventKind::refusal, setup_.name, topic, {}, status_word(status), reason}, 1);
}

void AgentRunner::count_refused(drover_status status) {
    page_.refused.fetch_add(1, std::memory_order_relaxed);
    auto& cause = status == DROVER_E_GATED   ? page_.refused_gated
                  : status == DROVER_E_QUOTA ? page_.refused_quota
                                             : page_.refused_denied;
    cause.fetch_add(1, std::memory_order_relaxed);
}

drover_status AgentRunner::check_publication(const OutTopic& out,
                                             std::uint32_t count,
                                             std::uint64_t bytes) {
    const bool is_records = out.encoding == DROVER_ENCODING_RECORDS;
    if (is_records ? bytes != std::uint64_t{count} * out.record_size || count == 0 : count != 1) {
        return host_error(
            DROVER_E_TYPE,
            "Topic '" + out.name + "' takes " +
                (is_records ? "records of " + std::to_string(out.record_size) + " bytes"
                            : std::string("one JSON value")) +
                "; " + std::to_string(count) + " records of " + std::to_string(bytes) +
                " bytes in all were given.");
    }
    const std::uint64_t in_one_message =
        is_records ? std::uint64_t{std::min(count, Outbox::most_records)} * out.record_size : bytes;
    if (in_one_message > largest_payload) {
        return host_error(DROVER_E_TOO_BIG,
                          "A message on '" + out.name + "' would have " +
                              std::to_string(in_one_message) +
                              " bytes; at most 4 MiB are allowed.");
    }
    return DROVER_OK;
}

drover_status AgentRunner::check_foreign_publication(const OutTopic& out) const {
    if (out.durable) {
        return host_error(DROVER_E_THREAD,
                          "Topic '" + out.name +
                              "' is durable, so only callbacks may publish on it. Call post, and "
                              "publish from on_post.");
    }
    // As much as may wait behind the outbox, where the link takes nothing.
    if (outbox_.size() >= UnsentFrames::most_messages ||
        outbox_.bytes() >= UnsentFrames::most_bytes) {
        return host_error(
            DROVER_E_IO,
            "Too much waits to be sent: the agent is paused or in a long callback, or "
            "its state cannot be saved.");
    }
    return DROVER_OK;
}

drover_status AgentRunner::publish(std::uint32_t topic,
                                   std::int64_t event_time,
                                   const void* data,
                                   std::uint32_t count,
                                   std::uint64_t bytes,
                                   std::uint64_t* sequence) {
    const bool in_own_callback = is_agent_thread();
    if (!in_own_callback && !setup_.foreign_threads) {
        return host_error(DROVER_E_THREAD, "In a simulation only callbacks may publish.");
    }
    if (phase_ != Phase::starting && phase_ != Phase::running) {
        return host_error(DROVER_E_STATE, "Publishing begins with start and ends with stop.");
    }
    const auto lock = lock_outgoing();
    if (topic >= topics_.size() || (data == nullptr && bytes > 0)) {
        return host_error(DROVER_E_NOT_FOUND, "There is no such topic handle or no data.");
    }
    OutTopic& out = topics_[topic];
    if (in_own_callback) {
        verdicts_.begin_call();
    } else {
        if (const drover_status allowed = check_foreign_publication(out); allowed < 0) {
            return allowed;
        }
    }
    if (const drover_status checked = check_publication(out, count, bytes); checked < 0) {
        return checked;
    }
    PublicationOrigin origin;
    origin.publish_time = time();
    if (in_own_callback) {
        origin.cause = cause_;
        origin.callback = callback_;
        origin.event_time = event_time_;
    } else {
        origin.event_time = origin.publish_time;
    }
    if (event_time != DROVER_EVENT_TIME_INHERIT) {
        origin.event_time = event_time;
    }
    if (auto verdict = judge_publication(topic, origin, count, bytes); verdict.status < 0) {
        return host_error(verdict.status, std::move(verdict.sentence));
    }
    const std::uint64_t last = outbox_.add(topic,
                                           out,
                                           origin,
                                           static_cast<const std::byte*>(data),
                                           count,
                                           static_cast<std::size_t>(bytes));
    if (sequence != nullptr) {
        *sequence = last;
    }
    // Under the lock, so a plain sum will do.
    page_.bytes_out.store(page_.bytes_out.load(std::memory_order_relaxed) + bytes,
                          std::memory_order_relaxed);
    if (!in_own_callback) {
        transport_.wake();
    }
    return DROVER_OK;
}

drover_status AgentRunner::lend(std::uint32_t topic, std::uint32_t count, void** data) {
    if (!is_agent_thread()) {
        return host_error(DROVER_E_THREAD, "loan may only be called inside a callback.");
    }
    if (loan_.is_open) {
        return host_error(DROVER_E_STATE, "A loan is open already; commit it first.");
    }
    std::uint32_t record_size = 0;
    {
        const auto lock = lock_outgoing();
        if (topic >= topics_.size() || topics_[topic].encoding != DROVER_ENCODING_RECORDS) {
            return host_error(DROVER_E_NOT_FOUND, "There is no such topic of records.");
        }
        record_size = topics_[topic].record_size;
    }
    if (count == 0 || count > Outbox::most_records) {
        return host_error(DROVER_E_INVALID, "A loan holds 1 to 64 records.");
    }
    loan_.topic = topic;
    loan_.count = count;
    loan_.room.assign(std::size_t{count} * record_size / sizeof(std::uint64_t), 0);
    loan_.is_open = true;
    *data = loan_.room.data();
    return DROVER_OK;
}

drover_status AgentRunner::commit_loan(std::int64_t event_time,
                                       std::uint32_t count,
                                       std::uint64_t* sequence) {
    if (!is_agent_thread() || !loan_.is_open || count > loan_.count) {
        return host_error(DROVER_E_STATE, "There is no open loan of that many records.");
    }
    loan_.is_open = false;
    if (count == 0) {
        return DROVER_OK;
    }
    const std::uint64_t record_size = loan_.room.size() * sizeof(std::uint64_t) / loan_.count;
    return publish(
        loan_.topic, event_time, loan_.room.data(), count, count * record_size, sequence);
}

}  // namespace drover
