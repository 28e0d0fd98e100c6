/// What an agent publishes: the checks of ports and topics, the forming of messages, the loan.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <drover/testing/published.hpp>
#include <drover/testing/topic_pattern.hpp>

namespace drover::testing {

/// The moment at which something is published.
struct PublishContext {
    bool in_callback = false;  ///< Publications outside callbacks are messages of their own.
    drover_message_id cause{};
    std::int64_t inherited_event_time = 0;
    std::int64_t now = 0;
};

/// A topic rule of the fleet that forbids publishing.
struct PublishRule {
    std::string pattern;
    drover_status status = DROVER_E_DENIED;  ///< Or GATED.
    std::string reason;
};

/// The publications of one life of an agent. Not safe for threads; Host holds its lock.
class Publications {
public:
    /// Records and bytes that one message may hold: a frame has 4 MiB, topic and header included.
    static constexpr std::uint32_t most_records = 64;
    static constexpr std::uint64_t most_bytes = std::uint64_t{4} * 1024 * 1024 - 512;

    /// `description` must outlive this.
    Publications(const drover_agent_description& description,
                 std::uint32_t publisher,
                 std::uint32_t incarnation)
        : description_(description), publisher_(publisher), incarnation_(incarnation) {}

    /// The first rule whose pattern matches a topic forbids publishing there.
    void set_rules(std::vector<PublishRule> rules) { rules_ = std::move(rules); }

    /// drover_host.topic: the same handle each time the same port and name are asked for.
    Answer topic(std::uint32_t port, std::string_view name, std::uint32_t& handle) {
        if (port >= description_.port_count ||
            (description_.ports[port]->flags & DROVER_PORT_OUT) == 0) {
            return {DROVER_E_NOT_FOUND, "Port " + std::to_string(port) + " is not an OUT port."};
        }
        const drover_port& declared = *description_.ports[port];
        if (!is_topic(name)) {
            return {
                DROVER_E_INVALID,
                "'" + std::string(name) + "' is not a topic: tokens joined by dots, no wildcard."};
        }
        if (!pattern_covers(declared.topic, name)) {
            return {DROVER_E_DENIED,
                    "Port '" + std::string(declared.name) + "' covers '" + declared.topic +
                        "', not '" + std::string(name) + "'."};
        }
        const PublishRule* const rule = rule_for(name);
        if (rule != nullptr && rule->status == DROVER_E_DENIED) {
            return {rule->status, rule->reason};
        }
        for (std::size_t index = 0; index < topics_.size(); ++index) {
            if (topics_[index].port == port && topics_[index].name == name) {
                handle = static_cast<std::uint32_t>(index + 1);
                return {};
            }
        }
        topics_.push_back({std::string(name), port, declared.type});
        handle = static_cast<std::uint32_t>(topics_.size());
        return {};
    }

    /// drover_host.publish. Records beyond 64 of one message go into the next one; `sequence` gets
    /// that of the message that holds the last record.
    Answer publish(std::uint32_t handle,
                   const PublishContext& context,
                   std::int64_t event_time,
                   std::string_view data,
                   std::uint32_t count,
                   std::uint64_t* sequence) {
        const Answer answer = may_publish(handle, count, data.size());
        if (answer.status < 0) {
            return answer;
        }
        const Topic& topic = topics_[handle - 1];
        if (event_time == DROVER_EVENT_TIME_INHERIT) {
            event_time = context.inherited_event_time;
        }
        if (!context.in_callback) {
            open_.reset();  // A publication of another thread is a message of its own.
        }
        if (is_json(topic)) {
            PublishedMessage& message = open(handle, context, event_time);
            message.count = 1;
            message.payload = data;
            open_.reset();
        }
        const std::size_t record_size = data.size() / count;
        while (!is_json(topic) && count > 0) {
            PublishedMessage& message = joined_or_new(handle, context, event_time);
            const std::uint32_t taken = std::min(count, most_records - message.count);
            message.payload.append(data.substr(0, taken * record_size));
            message.count += taken;
            data.remove_prefix(taken * record_size);
            count -= taken;
        }
        if (sequence != nullptr) {
            *sequence = last_sequence_;
        }
        if (!context.in_callback) {
            open_.reset();
        }
        return {};
    }

    /// drover_host.loan. The room is zeroed and 8-byte aligned.
    Answer loan(std::uint32_t handle, std::uint32_t count, void** data) {
        if (loan_) {
            return {DROVER_E_STATE, "A loan is open already; commit it first."};
        }
        if (handle == 0 || handle > topics_.size() || !is_records(topics_[handle - 1])) {
            return {DROVER_E_NOT_FOUND,
                    std::to_string(handle) + " is not a handle of a topic of records."};
        }
        if (count == 0 || count > most_records) {
            return {DROVER_E_INVALID, "A loan holds 1 to 64 records."};
        }
        const std::size_t bytes = std::size_t{count} * topics_[handle - 1].type->record_size;
        loan_ = Loan{handle, count, std::vector<std::uint64_t>((bytes + 7) / 8)};
        *data = loan_->room.data();
        return {};
    }

    /// drover_host.commit.
    Answer commit(const PublishContext& context,
                  std::int64_t event_time,
                  std::uint32_t count,
                  std::uint64_t* sequence) {
        if (!loan_ || count > loan_->count) {
            return {DROVER_E_STATE,
                    "There is no open loan of " + std::to_string(count) + " records."};
        }
        const Loan loan = *std::exchange(loan_, std::nullopt);
        if (count == 0) {
            return {};
        }
        const std::size_t record_size = topics_[loan.topic - 1].type->record_size;
        const std::string_view data(reinterpret_cast<const char*>(loan.room.data()),
                                    count * record_size);
        return publish(loan.topic, context, event_time, data, count, sequence);
    }

    /// Ends the message that is being formed. Returns false when a loan was left open; it is given
    /// back unused.
    bool end_callback() {
        open_.reset();
        return !std::exchange(loan_, std::nullopt).has_value();
    }

    /// The finished messages, in the order of their sequences; each is handed out once.
    [[nodiscard]] std::vector<PublishedMessage> take() { return std::exchange(messages_, {}); }

private:
    struct Topic {
        std::string name;
        std::uint32_t port;
        const drover_message_type* type;
    };
    struct Loan {
        std::uint32_t topic;
        std::uint32_t count;
        std::vector<std::uint64_t> room;
    };
    /// The message that consecutive publications of the running callback still join.
    struct Open {
        std::size_t index;
        std::uint32_t topic;
    };

    static bool is_json(const Topic& topic) {
        return topic.type != nullptr && topic.type->encoding == DROVER_ENCODING_JSON;
    }
    static bool is_records(const Topic& topic) {
        return topic.type != nullptr && topic.type->encoding == DROVER_ENCODING_RECORDS;
    }
    [[nodiscard]] const PublishRule* rule_for(std::string_view topic) const {
        const auto rule = std::find_if(rules_.begin(), rules_.end(), [&](const PublishRule& one) {
            return pattern_covers(one.pattern, topic);
        });
        return rule == rules_.end() ? nullptr : &*rule;
    }

    [[nodiscard]] Answer may_publish(std::uint32_t handle,
                                     std::uint32_t count,
                                     std::uint64_t bytes) const {
        if (handle == 0 || handle > topics_.size()) {
            return {DROVER_E_NOT_FOUND,
                    std::to_string(handle) + " is not a handle that drover_host.topic has given."};
        }
        const Topic& topic = topics_[handle - 1];
        const bool fits = is_json(topic)
                              ? count == 1 && bytes > 0
                              : count > 0 && is_records(topic) &&
                                    bytes == std::uint64_t{count} * topic.type->record_size;
        if (!fits) {
            return {DROVER_E_TYPE,
                    std::to_string(bytes) + " bytes are not " + std::to_string(count) + " of " +
                        describe(topic.type) + "."};
        }
        const std::uint64_t in_one_message = bytes / count * std::min(count, most_records);
        if (in_one_message > most_bytes) {
            return {DROVER_E_TOO_BIG,
                    "A message of " + std::to_string(in_one_message) +
                        " bytes is larger than 4 MiB with its header."};
        }
        const PublishRule* const rule = rule_for(topic.name);
        return rule == nullptr ? Answer{} : Answer{rule->status, rule->reason};
    }

    PublishedMessage& joined_or_new(std::uint32_t handle,
                                    const PublishContext& context,
                                    std::int64_t event_time) {
        if (open_ && open_->topic == handle) {
            PublishedMessage& message = messages_[open_->index];
            if (message.event_time == event_time && message.count < most_records) {
                return message;
            }
        }
        return open(handle, context, event_time);
    }

    PublishedMessage& open(std::uint32_t handle,
                           const PublishContext& context,
                           std::int64_t event_time) {
        const Topic& topic = topics_[handle - 1];
        PublishedMessage message;
        message.topic = topic.name;
        message.type = topic.type;
        message.port = topic.port;
        message.id = {publisher_, incarnation_, ++last_sequence_};
        message.cause = context.cause;
        message.topic_sequence = ++topic_sequences_[topic.name];
        message.event_time = event_time;
        message.publish_time = context.now;
        open_ = Open{messages_.size(), handle};
        messages_.push_back(std::move(message));
        return messages_.back();
    }

    const drover_agent_description& description_;
    std::uint32_t publisher_;
    std::uint32_t incarnation_;
    std::vector<PublishRule> rules_;
    std::vector<Topic> topics_;  ///< A handle is an index here plus 1.
    std::vector<PublishedMessage> messages_;
    std::optional<Open> open_;
    std::optional<Loan> loan_;
    std::uint64_t last_sequence_ = 0;
    std::map<std::string, std::uint64_t> topic_sequences_;  ///< Last one by topic.
};

}  // namespace drover::testing
