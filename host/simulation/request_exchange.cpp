#include "simulation/request_exchange.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "runner/request_frames.hpp"

namespace drover {
namespace {

/// Every simulated agent lives once.
constexpr std::uint32_t only_life = 1;

std::uint32_t handle_of(std::uint16_t agent) {
    return std::uint32_t{agent} + 1;
}

}  // namespace

void RequestExchange::send(std::uint16_t from, const OutgoingRequest& request) {
    desk_.ask(from, Frame(encode_request(request, handle_of(from), only_life)));
}

void RequestExchange::send(std::uint16_t from, const OutgoingReply& reply) {
    if (!desk_.answer(from, Frame(encode_reply(reply, handle_of(from), only_life)))) {
        ++dropped_;
    }
}

void RequestExchange::bring(std::uint16_t agent, Frame frame) {
    std::uint32_t slot = static_cast<std::uint32_t>(frames_.size());
    if (free_.empty()) {
        frames_.push_back(std::move(frame));
    } else {
        slot = free_.back();
        free_.pop_back();
        frames_[slot] = std::move(frame);
    }
    queue_.publish(slot | mark, {&agent, 1});
}

Frame RequestExchange::take(std::uint32_t entry) {
    const std::uint32_t slot = entry & ~mark;
    free_.push_back(slot);
    return std::exchange(frames_[slot], Frame());
}

const void* RequestExchange::aligned(std::span<const std::byte> body) {
    room_.resize(body.size() / sizeof(std::uint64_t) + 1);
    if (!body.empty()) {
        std::memcpy(room_.data(), body.data(), body.size());
    }
    return room_.data();
}

void RequestExchange::deliver(std::uint32_t entry, std::uint16_t agent, AgentRunner& runner) {
    const Frame frame = take(entry);
    const auto control = ControlFrame::decode(frame.bytes());
    if (!control || !desk_.hand_out(agent, frame)) {
        ++dropped_;
        return;
    }
    if (const auto request = RequestFrame::decode(*control)) {
        const std::uint32_t client = request->head.client;
        const std::string_view sender = client == 0 ? person_name
                                                    : std::string_view(desk_.directory().name_of(
                                                          static_cast<std::uint16_t>(client - 1)));
        runner.handle_request(delivery_of(*request, sender, aligned(request->body)));
    } else if (const auto reply = ReplyFrame::decode(*control)) {
        runner.handle_reply(delivery_of(*reply, aligned(reply->body)));
    }
}

void RequestExchange::completed(std::uint16_t agent) {
    completed_.push_back(agent);
    desk_.forget_client(agent);
    desk_.lose_server(agent, false, "it has completed");
}

void RequestExchange::answer_person(const PersonReply& /*reply*/) {
    ++dropped_;  // Nobody can ask a simulation.
}

std::string RequestExchange::why_gone(std::uint16_t agent) const {
    const bool is_gone = std::ranges::find(completed_, agent) != completed_.end();
    return is_gone ? "it has completed" : "";
}

std::uint32_t RequestExchange::incarnation_of(std::uint16_t /*agent*/) const {
    return only_life;
}

}  // namespace drover
