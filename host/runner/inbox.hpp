/// Which port a delivered message belongs to, and whether messages before it were lost.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runner/agent_setup.hpp"

namespace drover {

/// What an arriving message means to this agent.
struct Arrival {
    std::uint32_t port = 0;
    std::uint32_t lost = 0;  ///< Messages of this publisher and topic missing before this one.
    std::uint32_t noted =
        0;                  ///< Lost before those, as `note_last` has returned and no arrival told.
    bool repeated = false;  ///< It was delivered before, or is older than one that was.
};

/// Matches topics to ports and counts gaps. One thread.
class Inbox {
public:
    explicit Inbox(const std::vector<PortSetup>& ports);

    /// Subscribes an ON_DEMAND port. The runner has checked that the port's pattern covers it.
    void subscribe(std::uint32_t port, std::string pattern);

    /// The patterns of all subscribed IN ports, without duplicates.
    [[nodiscard]] std::vector<std::string> subscriptions() const;

    /// The number of a topic with messages of a type, for `arrive`: who delivers many messages
    /// keeps it and spares the search by name. It holds until the next `subscribe`.
    [[nodiscard]] std::uint32_t number_of(std::string_view topic, std::uint32_t type);

    /// The port of a message, or nothing where no subscribed port of that type takes the topic.
    /// Notes its topic sequence.
    /// Defined here so that a caller takes the answer apart in registers: passed in memory it waits
    /// for its own stores, which was a thirtieth of a simulation.
    [[nodiscard]] std::optional<Arrival> arrive(std::uint32_t topic_number,
                                                std::uint32_t publisher,
                                                std::uint32_t incarnation,
                                                std::uint64_t topic_sequence) {
        Topic& entry = topics_[topic_number];
        if (!entry.port) {
            return std::nullopt;
        }
        Arrival arrival;
        arrival.port = *entry.port;
        advance_row(entry, publisher, incarnation, topic_sequence, arrival);
        return arrival;
    }

    /// The agent does not handle the message that has arrived: what was lost before it is told with
    /// the next one.
    void pass_over(std::uint32_t topic_number, std::uint32_t publisher, const Arrival& arrival);

    /// The messages of a topic come from the durable log: none of them is ever lost, and a
    /// heartbeat may overtake them.
    void mark_durable(std::uint32_t topic_number) { topics_[topic_number].is_durable = true; }

    /// A publisher says that its last message on a topic was `topic_sequence`. Returns how many
    /// messages never came, once; the next arrival has them too.
    [[nodiscard]] std::uint32_t note_last(std::string_view topic,
                                          std::uint32_t publisher,
                                          std::uint32_t incarnation,
                                          std::uint64_t topic_sequence);

private:
    struct Subscription {
        std::uint32_t port;
        std::string pattern;
        std::uint32_t type;
    };
    struct Row {
        std::uint32_t publisher;
        std::uint32_t incarnation;
        std::uint64_t last;
        std::uint32_t noted = 0;
    };
    struct Topic {
        std::uint32_t type = 0;
        std::optional<std::uint32_t> port;
        std::vector<Row> rows;
        bool is_durable = false;
        std::uint32_t next = none;  ///< The same topic with messages of another type.
    };
    static constexpr std::uint32_t none = UINT32_MAX;
    static void note(Row& row, std::uint64_t lost) {
        row.noted =
            static_cast<std::uint32_t>(std::min<std::uint64_t>(row.noted + lost, UINT32_MAX));
    }
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    [[nodiscard]] std::optional<std::uint32_t> port_for(std::string_view topic,
                                                        std::uint32_t type) const;
    static void advance_row(Topic& topic,
                            std::uint32_t publisher,
                            std::uint32_t incarnation,
                            std::uint64_t sequence,
                            Arrival& arrival) {
        const auto row = std::ranges::find(topic.rows, publisher, &Row::publisher);
        if (row == topic.rows.end()) {
            // The first message seen of a publisher: what came before this agent joined is not
            // lost.
            topic.rows.push_back(Row{publisher, incarnation, sequence});
            return;
        }
        const bool is_new_life = incarnation > row->incarnation;
        arrival.repeated =
            incarnation < row->incarnation || (!is_new_life && sequence <= row->last);
        if (arrival.repeated) {
            return;
        }
        const std::uint64_t expected = is_new_life ? 1 : row->last + 1;
        row->incarnation = incarnation;
        row->last = sequence;
        arrival.lost =
            static_cast<std::uint32_t>(std::min<std::uint64_t>(sequence - expected, UINT32_MAX));
        arrival.noted = std::exchange(row->noted, 0);
    }

    std::vector<Subscription> subscribed_;
    std::vector<PortSetup> ports_;
    std::vector<Topic> topics_;  ///< By number.
    std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> numbers_;
};

}  // namespace drover
