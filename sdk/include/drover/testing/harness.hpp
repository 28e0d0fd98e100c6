/// A host in memory for the tests of plugin authors: it starts one agent, turns its clock, hands it
/// messages and keeps what it did. See docs/plugin_authors.md for how to use it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <drover/agent.hpp>
#include <drover/testing/delivery.hpp>
#include <drover/testing/host.hpp>
#include <drover/testing/published.hpp>
#include <drover/testing/request_harness.hpp>
#include <drover/testing/topic_pattern.hpp>

namespace drover::testing {

/// Drives one agent: Lifecycle has its lives and its clock, RequestHarness its requests, this class
/// its messages and what became of them.
class Harness : public RequestHarness {
public:
    using RequestHarness::RequestHarness;

    // --- input

    /// Delivers one message of one record. Moves the clock to `event_time` where that lies ahead,
    /// firing the timers due before it.
    template <typename Record>
    void deliver(std::string_view topic,
                 const Record& record,
                 std::int64_t event_time,
                 std::string_view publisher = "test") {
        deliver_records(topic, &record, 1, event_time, publisher);
    }
    /// The same with several records in one message.
    template <typename Record>
    void deliver(std::string_view topic,
                 const std::vector<Record>& records,
                 std::int64_t event_time,
                 std::string_view publisher = "test") {
        deliver_records(topic, records.data(), records.size(), event_time, publisher);
    }
    void deliver_json(std::string_view topic,
                      std::string_view json,
                      std::int64_t event_time,
                      std::string_view publisher = "test") {
        deliver_payload(topic, {DROVER_ENCODING_JSON, nullptr, json, 1}, event_time, publisher);
    }
    /// Delivers what another harness took from its agent, which is named `publisher` here.
    void deliver(const PublishedMessage& message, std::string_view publisher) {
        deliver_payload(message.topic,
                        {message.type->encoding, message.type, message.payload, message.count},
                        message.event_time,
                        publisher);
    }
    /// Loses `count` messages: the next one of this topic and publisher arrives with a gap.
    void lose(std::string_view topic, std::uint32_t count, std::string_view publisher = "test") {
        senders_.lose(publisher, topic, count);
    }
    /// The publisher's next message comes from a new life of it, its sequences from 1.
    void restart_publisher(std::string_view publisher) { senders_.restart(publisher); }

    /// Tells the agent that its message was refused after publish had accepted it.
    void refuse(std::string_view topic,
                std::uint64_t sequence,
                drover_status status,
                std::string_view reason) {
        require_running("refuse");
        life().on_refused(topic, sequence, status, reason);
        settle();
    }

    /// Tells the agent that `publisher`, which publishes what its port named `port` takes, is gone.
    /// Nothing happens where its plugin has no drover.link/1.
    void lose_link(std::string_view port,
                   std::string_view publisher,
                   std::string_view reason = "killed by a test") {
        require_running("lose_link");
        const std::uint32_t index = link_port(port);
        life().on_link([&](void* agent, const drover_link_v1& link) {
            link.on_link_lost(agent, index, borrow(publisher), borrow(reason));
        });
        settle();
    }
    void lose_router(std::string_view reason = "killed by a test") { lose_link("", "", reason); }
    void restore_link(std::string_view port, std::string_view publisher) {
        require_running("restore_link");
        const std::uint32_t index = link_port(port);
        life().on_link([&](void* agent, const drover_link_v1& link) {
            link.on_link_restored(agent, index, borrow(publisher));
        });
        settle();
    }
    void restore_router() { restore_link("", ""); }

    // --- output

    /// All messages published and not yet taken, of all lives.
    [[nodiscard]] const std::vector<PublishedMessage>& published() { return outbox(); }
    /// Takes the messages of this type whose topic matches `pattern`; returns their records.
    template <typename Record>
    [[nodiscard]] std::vector<Record> take(std::string_view pattern) {
        std::vector<Record> taken;
        for (const PublishedMessage& message : take_messages(
                 pattern, [](const auto& candidate) { return candidate.template is<Record>(); })) {
            for (const Record& record : message.records<Record>()) {
                taken.push_back(record);
            }
        }
        return taken;
    }
    /// Takes the JSON messages whose topic matches `pattern`; returns their texts.
    [[nodiscard]] std::vector<std::string> take_json(std::string_view pattern) {
        std::vector<std::string> taken;
        for (PublishedMessage& message : take_messages(pattern, [](const auto& candidate) {
                 return candidate.type->encoding == DROVER_ENCODING_JSON;
             })) {
            taken.push_back(std::move(message.payload));
        }
        return taken;
    }

    /// The latest health report of this life; level 0 before the first one.
    [[nodiscard]] HealthReport health() const {
        return of_life([](const HostRecord& record) {
            return record.health.empty() ? HealthReport{} : record.health.back();
        });
    }
    [[nodiscard]] std::vector<HealthReport> health_reports() const {
        return of_life([](const HostRecord& record) { return record.health; });
    }
    [[nodiscard]] std::vector<LogLine> log() const {
        return of_life([](const HostRecord& record) { return record.log; });
    }
    /// Wall time asked for by `extend` in this life.
    [[nodiscard]] std::chrono::nanoseconds extended() const {
        return std::chrono::nanoseconds(
            of_life([](const HostRecord& record) { return record.extended; }));
    }

private:
    [[nodiscard]] std::uint32_t link_port(std::string_view name) {
        for (std::uint32_t index = 0; index < description().port_count; ++index) {
            const drover_port& port = *description().ports[index];
            if ((port.flags & DROVER_PORT_IN) != 0 && name == port.name) {
                return index;
            }
        }
        if (!name.empty()) {
            throw HarnessError("'" + std::string(description().name) + "' has no IN port '" +
                               std::string(name) + "'.");
        }
        return DROVER_LINK_ROUTER;
    }

    template <typename Record>
    void deliver_records(std::string_view topic,
                         const Record* records,
                         std::size_t count,
                         std::int64_t event_time,
                         std::string_view publisher) {
        static_assert(std::is_trivially_copyable_v<Record>);
        const std::string_view bytes(reinterpret_cast<const char*>(records),
                                     count * sizeof(Record));
        deliver_payload(topic,
                        {DROVER_ENCODING_RECORDS,
                         MessageTypeOf<Record>::value,
                         bytes,
                         static_cast<std::uint32_t>(count)},
                        event_time,
                        publisher);
    }

    void deliver_payload(std::string_view topic,
                         const Payload& payload,
                         std::int64_t event_time,
                         std::string_view publisher) {
        require_running("deliver");
        const auto subscriptions =
            of_life([](const HostRecord& record) { return record.subscriptions; });
        const std::uint32_t port = find_port(description(), subscriptions, topic, payload);
        if (event_time > now()) {
            fire_timers_before(event_time);
            require_running("deliver");
            set_now(event_time);
        }
        const Stamp stamp = senders_.next(publisher, topic);
        BorrowedMessage message(payload, topic, publisher, options().extra_stride);
        message.raw().port = port;
        message.raw().flags = stamp.lost > 0 ? std::uint32_t{DROVER_MESSAGE_GAP} : 0U;
        message.raw().lost = stamp.lost;
        message.raw().id = stamp.id;
        message.raw().topic_sequence = stamp.topic_sequence;
        message.raw().event_time = event_time;
        message.raw().publish_time = now();
        life().on_message(message.raw());
        settle();
    }

    template <typename Wanted>
    std::vector<PublishedMessage> take_messages(std::string_view pattern, Wanted&& is_wanted) {
        if (!is_topic_pattern(pattern)) {
            throw HarnessError("'" + std::string(pattern) + "' is not a topic pattern.");
        }
        std::vector<PublishedMessage>& all = outbox();
        std::vector<PublishedMessage> taken;
        std::vector<PublishedMessage> left;
        for (PublishedMessage& message : all) {
            const bool matches = pattern_covers(pattern, message.topic) && is_wanted(message);
            (matches ? taken : left).push_back(std::move(message));
        }
        all = std::move(left);
        return taken;
    }

    Senders senders_{own_handle + 1};
};

}  // namespace drover::testing
