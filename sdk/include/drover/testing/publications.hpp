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
    /// Records that one message may hold, and bytes that one publication may.
    static constexpr std::uint32_t most_records = 64;
    static constexpr std::uint64_t most_bytes = std::uint64_t{4} * 1024 * 1024;

    /// `description` must outlive this.
    Publications(const drover_agent_description& description,
                 std::uint32_t publisher,
                 std::uint32_t incarnation)
        : description_(description), publisher_(publisher), incarnation_(incarnation) {}

    /// The first rule whose pattern matches a topic forbids publishing there.
    void set_rules(std::vector<PublishRule> rules) { rules_ = std::move(rules); }

    /// drover_host.topic: the same handle each time the same port and name are asked for.
    Answer topic(std::uint32_t port, std::string_view name, std::uint32_t& handle) {
        if (port >= description_.port_count) {
            return {DROVER_E_NOT_FOUND, "There is no port " + std::to_string(port) + "."};
        }
        const drover_port& declared = *description_.ports[port];
        if (!is_topic(name)) {
            return {
                DROVER_E_INVALID,
                "'" + std::string(name) + "' is not a topic: tokens joined by dots, no wildcard."};
        }
        if ((declared.flags & DROVER_PORT_OUT) == 0 || !pattern_covers(declared.topic, name)) {
            return {DROVER_E_DENIED,
                    "Port '" + std::string(declared.name) +
                        "' does not let the agent publish on '" + std::string(name) + "'."};
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
    /// that of the message that holds the first record.
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
        // A publication of another thread is a message of its own and ends no other one.
        const std::optional<Open> before = open_;
        if (is_json(topic)) {
            open(handle, context, event_time).payload = data;
            report(sequence, messages_.back());
            open_ = context.in_callback ? std::nullopt : before;
            return {};
        }
        const std::size_t record_size = data.size() / count;
        for (bool is_first = true; count > 0; is_first = false) {
            // What another thread publishes joins its own earlier records only.
            const bool joins = context.in_callback || !is_first;
            PublishedMessage& message = joined_or_new(handle, context, event_time, joins);
            const std::uint32_t taken = std::min(count, most_records - message.count);
            message.payload.append(data.substr(0, taken * record_size));
            message.count += taken;
            data.remove_prefix(taken * record_size);
            count -= taken;
            if (is_first) {
                report(sequence, message);
            }
        }
        if (!context.in_callback) {
            open_ = before;
        }
        return {};
    }

    /// drover_host.loan. The room is zeroed and 8-byte aligned.
    Answer loan(std::uint32_t handle, std::uint32_t count, void** data) {
        if (loan_) {
            return {DROVER_E_STATE, "A loan is open already; commit it first."};
        }
        if (handle == 0 || handle > topics_.size()) {
            return unknown_topic(handle);
        }
        const Topic& topic = topics_[handle - 1];
        if (is_json(topic)) {
            return {DROVER_E_TYPE, "'" + topic.name + "' holds JSON; loans are for records."};
        }
        const std::uint64_t bytes = std::uint64_t{count} * topic.type->record_size;
        const Answer answer = may_publish(handle, count, bytes);
        if (answer.status < 0) {
            return answer;
        }
        loan_ = Loan{handle, count, std::vector<std::uint64_t>((bytes + 7) / 8)};
        *data = loan_->room.data();
        return {};
    }

    /// drover_host.commit: ends the loan whatever it answers.
    Answer commit(const PublishContext& context,
                  std::int64_t event_time,
                  std::uint32_t count,
                  std::uint64_t* sequence) {
        if (!loan_) {
            return {DROVER_E_STATE, "There is no loan to commit in this callback."};
        }
        const Loan loan = *std::exchange(loan_, std::nullopt);
        if (count > loan.count) {
            return {DROVER_E_INVALID,
                    "The loan has room for " + std::to_string(loan.count) + " records, not " +
                        std::to_string(count) + "."};
        }
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
    static void report(std::uint64_t* sequence, const PublishedMessage& message) {
        if (sequence != nullptr) {
            *sequence = message.id.sequence;
        }
    }
    static Answer unknown_topic(std::uint32_t handle) {
        return {DROVER_E_NOT_FOUND,
                std::to_string(handle) + " is not a handle that drover_host.topic has given."};
    }

    [[nodiscard]] Answer may_publish(std::uint32_t handle,
                                     std::uint32_t count,
                                     std::uint64_t bytes) const {
        if (handle == 0 || handle > topics_.size()) {
            return unknown_topic(handle);
        }
        const Topic& topic = topics_[handle - 1];
        const bool fits = is_json(topic)
                              ? count == 1 && bytes > 0
                              : count > 0 && topic.type != nullptr &&
                                    bytes == std::uint64_t{count} * topic.type->record_size;
        if (!fits) {
            return {DROVER_E_TYPE,
                    std::to_string(bytes) + " bytes are not " + std::to_string(count) + " of " +
                        describe(topic.type) + "."};
        }
        if (bytes > most_bytes) {
            return {DROVER_E_TOO_BIG, std::to_string(bytes) + " bytes are more than 4 MiB."};
        }
        for (const PublishRule& rule : rules_) {
            if (pattern_covers(rule.pattern, topic.name)) {
                return {rule.status, rule.reason};
            }
        }
        return {};
    }

    PublishedMessage& joined_or_new(std::uint32_t handle,
                                    const PublishContext& context,
                                    std::int64_t event_time,
                                    bool joins) {
        if (open_ && joins && open_->topic == handle) {
            PublishedMessage& message = messages_[open_->index];
            if (message.event_time == event_time && message.count < most_records) {
                return message;
            }
        }
        PublishedMessage& message = open(handle, context, event_time);
        message.count = 0;
        return message;
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
        message.count = 1;
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
