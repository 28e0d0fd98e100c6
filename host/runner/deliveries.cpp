// What arrives for an agent: handed to the plugin, or passed over, and counted.
#include <algorithm>

#include "runner/agent_runner.hpp"
#include "runner/borrowed.hpp"

namespace drover {
namespace {

/// Adds to a counter that only this thread writes.
template <typename Value>
void count_up(std::atomic<Value>& counter, Value amount) {
    counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

/// Of a topic where a newer message replaces the one before.
bool is_latest(const TopicRights* rule) {
    return rule != nullptr && rule->latest;
}

}  // namespace

void AgentRunner::deliver(const Delivery& delivery, std::uint32_t topic_number) {
    if (delivery.position == 0) {
        dispatch(delivery, topic_number);
    } else if (delivery.position > batch_.next.cursor) {
        deliver_durable(delivery, topic_number);
    }
    end_turn();
}

void AgentRunner::dispatch(const Delivery& delivery, std::uint32_t topic_number) {
    auto arrival = inbox_.arrive(
        topic_number, delivery.id.publisher, delivery.id.incarnation, delivery.topic_sequence);
    if (!arrival) {
        return;
    }
    if (delivery.position != 0) {
        // The log's positions say what is new; a resend has the numbers of an earlier life.
        inbox_.mark_durable(topic_number);
        arrival->repeated = false;
        arrival->lost = 0;
        arrival->noted = 0;
    }
    if (arrival->repeated) {
        return;
    }
    if (delivery.is_share) {
        arrival->lost = 0;
        arrival->noted = 0;
    }
    count_up(page_.messages_in, std::uint64_t{1});
    count_up(page_.bytes_in, delivery.bytes);
    if (arrival->lost > 0) {
        note_gap(delivery.topic, delivery.publisher, arrival->lost);
    }
    if (arrival->noted > 0 && !is_latest(rule_for(delivery.topic))) {
        arrival->lost += std::min(arrival->noted, UINT32_MAX - arrival->lost);
    }
    if (functions_.on_message == nullptr) {
        return;
    }
    drover_message message{};
    message.size = sizeof(message);
    message.port = arrival->port;
    message.flags = arrival->lost > 0 ? std::uint32_t{DROVER_MESSAGE_GAP} : 0U;
    message.lost = arrival->lost;
    message.count = delivery.count;
    message.stride = delivery.record_size;
    message.data = delivery.data;
    message.bytes = delivery.bytes;
    message.topic = borrowed(delivery.topic);
    message.publisher = borrowed(delivery.publisher);
    message.id = delivery.id;
    message.cause = delivery.cause;
    message.topic_sequence = delivery.topic_sequence;
    message.event_time = delivery.event_time;
    message.publish_time = delivery.publish_time;
    page_.port.store(arrival->port, std::memory_order_relaxed);
    record([&](LifeRecorder& recorder) {
        recorder.message(message, delivery.type, setup_.ports[arrival->port].encoding);
    });
    in_callback(CallbackKind::on_message, delivery.id, delivery.event_time, [&] {
        functions_.on_message(agent_, &message);
    });
    handle_posts();
}

bool AgentRunner::is_stopped_by_switch(const Delivery& delivery) const {
    return is_void(delivery.flags) || (kill_switch_.is_engaged() && is_gated(delivery.topic));
}

void AgentRunner::deliver_durable(const Delivery& delivery, std::uint32_t topic_number) {
    page_.handled.name(delivery.topic, delivery.publisher);
    // Behind the names, also for one who reads them after a kill.
    page_.position.store(delivery.position, std::memory_order_release);
    batch_.handles = true;
    if (is_stopped_by_switch(delivery)) {
        batch_.voided.push_back(delivery.position);
        page_.voided.fetch_add(1, std::memory_order_relaxed);
    } else {
        dispatch(delivery, topic_number);
    }
    batch_.handles = false;
    if (has_failed()) {
        is_mute_ = true;  // The position stays on the page: whoever looks at the end sees it.
        return;
    }
    batch_.next.cursor = delivery.position;
    page_.position.store(0, std::memory_order_relaxed);
}

void AgentRunner::note_lost(std::string_view topic,
                            std::string_view publisher,
                            std::uint32_t count) {
    count_up(page_.lost, std::uint64_t{count});
    observer_.on_occurrence(
        {EventKind::loss, setup_.name, topic, publisher, "gap", "they never arrived"}, count);
}

void AgentRunner::note_gap(std::string_view topic,
                           std::string_view publisher,
                           std::uint32_t& count) {
    if (!is_latest(rule_for(topic))) {
        note_lost(topic, publisher, count);
        return;
    }
    count_up(page_.replaced, std::uint64_t{count});
    count = 0;
}

void AgentRunner::note_last(std::string_view topic,
                            std::string_view publisher_name,
                            std::uint32_t publisher,
                            std::uint32_t incarnation,
                            std::uint64_t topic_sequence) {
    std::uint32_t missing = inbox_.note_last(topic, publisher, incarnation, topic_sequence);
    if (missing > 0) {
        note_gap(topic, publisher_name, missing);
    }
}

}  // namespace drover
