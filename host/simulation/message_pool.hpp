/// Messages of a simulation between publication and their last delivery.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "runner/agent_runner.hpp"
#include "runner/transport.hpp"
#include "simulation/route.hpp"

namespace drover {

/// Keeps a copy of each message until all of its receivers have had it; rooms are used again, so
/// that a long simulation allocates nothing. One thread.
class MessagePool {
public:
    /// Keeps `message`, which goes along `route`, for so many receivers and returns its slot.
    /// `route` and `publisher` must live as long as the pool.
    std::uint32_t keep(const PublishedMessage& message,
                       const Route& route,
                       std::string_view publisher,
                       std::size_t receivers) {
        const std::uint32_t slot = take_slot();
        Kept& kept = *kept_[slot];
        kept.route = &route;
        kept.is_void = false;
        kept.receivers = static_cast<std::uint32_t>(receivers);
        kept.payload.resize((message.payload.size() + 7) / 8);
        if (!message.payload.empty()) {
            std::memcpy(kept.payload.data(), message.payload.data(), message.payload.size());
        }
        Delivery& delivery = kept.delivery;
        delivery.topic = route.topic;
        delivery.publisher = publisher;
        delivery.type = message.type;
        delivery.id = message.id;
        delivery.cause = message.cause;
        delivery.topic_sequence = message.topic_sequence;
        delivery.event_time = message.event_time;
        delivery.publish_time = message.publish_time;
        delivery.data = kept.payload.data();
        delivery.bytes = message.payload.size();
        delivery.count = message.count;
        delivery.record_size = message.record_size;
        return slot;
    }

    [[nodiscard]] const Delivery& delivery(std::uint32_t slot) const {
        return kept_[slot]->delivery;
    }
    [[nodiscard]] const Route& route(std::uint32_t slot) const { return *kept_[slot]->route; }

    /// The kill switch has voided the message. True the first time.
    [[nodiscard]] bool make_void(std::uint32_t slot) {
        return !std::exchange(kept_[slot]->is_void, true);
    }
    /// One delivery of the slot is through.
    void release(std::uint32_t slot) {
        if (--kept_[slot]->receivers == 0) {
            free_.push_back(slot);
        }
    }

private:
    struct Kept {
        Delivery delivery;
        std::vector<std::uint64_t> payload;
        const Route* route = nullptr;
        std::uint32_t receivers = 0;
        bool is_void = false;
    };
    std::uint32_t take_slot() {
        if (free_.empty()) {
            kept_.push_back(std::make_unique<Kept>());
            return static_cast<std::uint32_t>(kept_.size() - 1);
        }
        const std::uint32_t slot = free_.back();
        free_.pop_back();
        return slot;
    }
    std::vector<std::unique_ptr<Kept>> kept_;  ///< Each stays put while others are added.
    std::vector<std::uint32_t> free_;
};

}  // namespace drover
