/// What a harness has seen an agent do: published messages, health, log lines, failures.
#pragma once

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <drover/agent.hpp>
#include <drover/description.h>
#include <drover/value.h>

namespace drover::testing {

/// Thrown when a test asks a harness for something that cannot be: a sentence for its author.
class HarnessError : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

/// Whether two types are one: the same name, version and encoding. The pointers may differ, each
/// library has its own copy.
[[nodiscard]] inline bool same_type(const drover_message_type* left,
                                    const drover_message_type* right) {
    return left == right ||
           (left != nullptr && right != nullptr && std::strcmp(left->name, right->name) == 0 &&
            left->version == right->version && left->encoding == right->encoding);
}

/// "market.bar version 1", for sentences.
[[nodiscard]] inline std::string describe(const drover_message_type* type) {
    return type == nullptr ? "any type"
                           : std::string(type->name) + " version " + std::to_string(type->version);
}

/// One message the agent published, as a receiver would get it.
struct PublishedMessage {
    std::string topic;
    const drover_message_type* type = nullptr;  ///< Of the OUT port; lives as long as the library.
    std::uint32_t port = 0;                     ///< Index of the OUT port.
    drover_message_id id{};
    drover_message_id cause{};  ///< The message being handled; all zero for none.
    std::uint64_t topic_sequence = 0;
    std::int64_t event_time = 0;
    std::int64_t publish_time = 0;
    std::uint32_t count = 0;  ///< Records; 1 for JSON.
    std::string payload;      ///< The bytes of the records, or the JSON text.

    template <typename Record>
    [[nodiscard]] bool is() const {
        return same_type(type, MessageTypeOf<Record>::value);
    }
    /// The records, copied out. Throws HarnessError when the message holds another type.
    template <typename Record>
    [[nodiscard]] std::vector<Record> records() const {
        static_assert(std::is_trivially_copyable_v<Record>);
        if (!is<Record>() || payload.size() != std::size_t{count} * sizeof(Record)) {
            throw HarnessError("The message on '" + topic + "' holds " + describe(type) + ", not " +
                               describe(MessageTypeOf<Record>::value) + ".");
        }
        std::vector<Record> records(count);
        std::memcpy(records.data(), payload.data(), payload.size());
        return records;
    }
};

/// What the agent said of its health. `level` is DROVER_HEALTH_..., 0 before it has said anything.
struct HealthReport {
    std::int32_t level = 0;
    std::string code;
    std::string text;
};

struct LogLine {
    std::int32_t level = 0;  ///< DROVER_LOG_...
    std::string text;
};

/// Why a call failed or the agent could not go on.
struct FailureReport {
    drover_status status = DROVER_OK;
    std::string code;
    std::string text;
};

/// A pattern that an ON_DEMAND port was subscribed to.
struct Subscription {
    std::uint32_t port = 0;
    std::string pattern;
};

/// What a host call answers: a status, and a sentence where it is a failure.
struct Answer {
    drover_status status = DROVER_OK;
    std::string sentence;
};

}  // namespace drover::testing
