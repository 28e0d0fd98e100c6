#include "router/durable_desk.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/json_value.hpp"

namespace drover {
namespace {

constexpr std::chrono::seconds between_stores{1};
/// Nobody's number: the desk reads for itself.
constexpr std::uint16_t own_reader = std::numeric_limits<std::uint16_t>::max();

}  // namespace

DurableDesk::DurableDesk(std::unique_ptr<SegmentLog> log, RoutingTable& routes, DurableHands& hands)
    : log_(std::move(log)),
      routes_(routes),
      hands_(hands),
      tail_(*log_, routes_),
      publishers_(log_->state().sequences),
      receivers_(*log_, tail_, routes_, hands_),
      told_(log_->synced()) {}

void DurableDesk::take_agents(const std::vector<RouterAgent>& agents) {
    tail_.find_receivers_again();
    receivers_.take_agents(agents);
    log_->checkpoint();
    log_->commit();
}

bool DurableDesk::has_room(std::uint16_t agent, std::size_t frame) {
    const bool holds_oldest = receivers_.is_receiver(agent) &&
                              receivers_.effective(agent) + 1 < log_->end_of_oldest_segment();
    return has_room_for(frame, holds_oldest);
}

bool DurableDesk::has_room_for(std::size_t frame, bool holds_oldest) {
    if (log_->has_room(frame, holds_oldest)) {
        return true;
    }
    if (!is_full_ && !log_->has_room(frame, false)) {
        store_and_trim();
    }
    is_full_ = log_->has_room(frame, true) && !log_->has_room(frame, holds_oldest);
    return log_->has_room(frame, holds_oldest);
}

const DurableRecord& DurableDesk::append(Frame frame, const GateReading* gate, std::uint32_t set) {
    const auto message = MessageFrame::decode_unchecked_topic(frame.bytes());
    const MessageHeader header = message->header;
    const std::uint64_t position = log_->head() + 1;
    stamp_delivery(frame.writable_bytes(), message->topic.size(), position);
    const auto revision =
        gate != nullptr ? std::optional(gate->revision) : std::optional<std::uint32_t>();
    log_->append(
        {RecordKind::message, header.publisher, header.incarnation, header.delivery, revision},
        frame.bytes());
    return tail_.add(
        {position, std::move(frame), header.publisher, header.delivery, revision, set});
}

void DurableDesk::append_refusal(const MessageHeader& header) {
    const std::uint64_t position = log_->append(
        {RecordKind::refusal, header.publisher, header.incarnation, header.delivery, std::nullopt},
        {});
    tail_.add({position, Frame(), header.publisher, header.delivery, std::nullopt, 0});
}

void DurableDesk::commit() {
    if (std::exchange(has_notices_, false)) {
        receivers_.store();  // What a notice tells of is not told again for what is passed over.
        log_->checkpoint();
    }
    log_->commit();
}

void DurableDesk::keep_notice(std::uint32_t publisher, VoidNotice notice) {
    has_notices_ = log_->add_notice(publisher, std::move(notice)) || has_notices_;
}

std::vector<VoidNotice> DurableDesk::take_notices(std::uint32_t publisher) {
    std::vector<VoidNotice> notices = log_->take_notices(publisher);
    has_progress_ = has_progress_ || !notices.empty();
    return notices;
}

std::set<std::uint32_t> DurableDesk::take_news() {
    log_->take_news();
    std::set<std::uint32_t> publishers;
    for (const std::uint64_t synced = log_->synced(); told_ < synced;) {
        ++told_;
        const DurableRecord* const record =
            at(told_);  // In memory: only what is told is forgotten.
        if (record == nullptr) {
            break;
        }
        publishers_.note_logged(record->publisher, record->sequence);
        publishers.insert(record->publisher);
        if (record->is_message()) {
            hands_.note_on_disk(*record);
        }
    }
    tail_.shrink(told_);
    return publishers;
}

const DurableRecord* DurableDesk::at(std::uint64_t position) {
    if (position < log_->first() || position > log_->head()) {
        return nullptr;
    }
    const auto record = tail_.at(position, own_reader);
    if (!record) {
        hands_.note_damage(record.error().message);
        return nullptr;
    }
    return record.value();
}

void DurableDesk::tick(Monotonic now) {
    now_ = now;
    if (has_progress_ && !store_due_) {
        store_due_ = now + between_stores;
    }
    if (store_due_ && now >= *store_due_) {
        store_and_trim();
    }
}

std::optional<Monotonic> DurableDesk::deadline() const {
    return has_progress_ && !store_due_ ? std::optional(now_) : store_due_;
}

void DurableDesk::store_and_trim() {
    has_progress_ = false;
    store_due_.reset();
    receivers_.store();
    receivers_.forget_settled(told_);
    log_->checkpoint();
    std::uint64_t needed = told_;
    for (const auto& [name, cursor] : log_->state().receivers) {
        needed = std::min(needed, cursor.effective);
    }
    log_->trim(needed);
    log_->commit();
    voids_.erase(voids_.begin(), voids_.upper_bound(needed));
    is_full_ = is_full_ && !log_->has_room(0, false);
}

std::string DurableDesk::who_holds() const {
    const auto& receivers = log_->state().receivers;
    const auto slowest = std::ranges::min_element(
        receivers, {}, [](const auto& receiver) { return receiver.second.effective; });
    return slowest == receivers.end()
               ? std::string("nobody")
               : "'" + slowest->first + "', which has handled it up to position " +
                     std::to_string(slowest->second.effective) + " of " +
                     std::to_string(log_->head());
}

std::string DurableDesk::describe_trouble() {
    if (!damage_.empty()) {
        return damage_;
    }
    if (auto trouble = log_->trouble(); !trouble.empty()) {
        return trouble;
    }
    return is_full_ ? "The durable log has reached log.max_size (" +
                          std::to_string(log_->options().max_size) +
                          " bytes), so that what agents publish on durable topics waits. It is "
                          "kept for " +
                          who_holds() +
                          ": start that agent, or, when it is gone for good, run `drover log "
                          "forget`."
                    : receivers_.who_waits_in_vain(told_);
}

std::optional<RouterHealth> DurableDesk::take_health() {
    std::string trouble = describe_trouble();
    // The numbers in a sentence change all the time; that it is full is told once.
    if (trouble.empty() == trouble_.empty()) {
        return std::nullopt;
    }
    trouble_ = std::move(trouble);
    if (trouble_.empty()) {
        return RouterHealth{"healthy", "", "The durable log takes messages again."};
    }
    const bool is_damaged = !damage_.empty();
    const bool is_unwritten = !log_->trouble().empty();
    return RouterHealth{is_damaged ? "unhealthy" : "degraded",
                        is_damaged     ? "log.damaged"
                        : is_unwritten ? "log.write"
                        : is_full_     ? "log.full"
                                       : "log.share",
                        trouble_};
}

}  // namespace drover
