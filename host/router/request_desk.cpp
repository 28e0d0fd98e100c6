#include "router/request_desk.hpp"

#include <limits>
#include <utility>

#include <drover/status.h>

#include "base/clock.hpp"

namespace drover {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

std::string_view text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The frame of a kind that was found sound before.
template <typename Sound>
std::optional<Sound> sound(const Frame& frame) {
    const auto control = ControlFrame::decode(frame.bytes());
    return control ? Sound::decode(*control) : std::nullopt;
}

std::int64_t later(std::int64_t time, std::int64_t span) {
    constexpr std::int64_t latest = std::numeric_limits<std::int64_t>::max();
    return span < latest - time ? time + span : latest;
}

}  // namespace

void RequestDesk::ask(std::uint16_t client, Frame frame) {
    const auto request = sound<RequestFrame>(frame);
    if (!request) {
        return;
    }
    RoutedRequest routed;
    routed.key = {client, request->head.number};
    routed.client_incarnation = request->head.incarnation;
    routed.deadline = request->head.deadline;
    const auto route = directory_.find(
        client,
        RequestWish{request->target, request->topic, request->head.type, request->head.reply_type});
    if (const auto* const problem = std::get_if<RequestProblem>(&route)) {
        fail(routed, problem->status, problem->sentence);
        return;
    }
    const auto& place = std::get<RequestServerPlace>(route);
    routed.server = place.agent;
    send(routed, place.port, std::move(frame));
}

void RequestDesk::ask(const PersonRequest& request) {
    RoutedRequest routed;
    routed.key = {RequestKey::person, request.number};
    routed.server = request.agent;
    routed.deadline = later(wall_now(), request.timeout);
    RequestHead head;
    head.number = request.number;
    head.deadline = later(hands_.request_time(), request.timeout);
    // The topic says who may be asked; the supervisor has chosen the port itself.
    constexpr std::string_view topic = "drover.person";
    send(routed,
         request.port,
         Frame(encode_request(
             head, directory_.name_of(request.agent), topic, bytes_of(request.body))));
}

void RequestDesk::send(const RoutedRequest& request, std::uint16_t port, Frame frame) {
    if (const std::string gone = hands_.why_gone(request.server); !gone.empty()) {
        fail(request,
             DROVER_E_LOST,
             "Agent '" + directory_.name_of(request.server) + "' cannot answer: " + gone + ".");
        return;
    }
    if (!has_room(request.key.client)) {
        fail(request,
             DROVER_E_STATE,
             std::to_string(most_open) + " requests of this asker are open already.");
        return;
    }
    if (open_.find(request.key) != nullptr) {
        return;  // The same number twice: the first one gets the reply.
    }
    open_.add(request);
    stamp_request(frame.writable_bytes(), hands_.request_time(), port);
    hands_.bring(request.server, std::move(frame));
}

bool RequestDesk::has_room(std::uint16_t client) {
    if (open_.count_of(client) < most_open) {
        return true;
    }
    const bool is_person = client == RequestKey::person;
    open_.forget_expired(is_person ? wall_now() : hands_.request_time(), is_person);
    return open_.count_of(client) < most_open;
}

bool RequestDesk::answer(std::uint16_t server, Frame frame) {
    const auto reply = sound<ReplyFrame>(frame);
    if (!reply) {
        return false;
    }
    const ReplyHead& head = reply->head;
    RequestKey key{RequestKey::person, head.number};
    if (head.client != 0) {
        const auto client = directory_.find_handle(head.client);
        if (!client) {
            return false;
        }
        key.client = *client;
    }
    const RoutedRequest* const open = open_.find(key);
    if (open == nullptr || open->client_incarnation != head.client_incarnation ||
        !open_.take(key, server)) {
        return false;
    }
    if (key.client == RequestKey::person) {
        hands_.answer_person({head.number, head.status, reply->error, text_of(reply->body)});
    } else {
        stamp_reply(frame.writable_bytes(), hands_.request_time());
        hands_.bring(key.client, std::move(frame));
    }
    return true;
}

void RequestDesk::fail(const RoutedRequest& request,
                       std::int32_t status,
                       std::string_view sentence) {
    if (request.key.client == RequestKey::person) {
        hands_.answer_person({request.key.number, status, sentence, {}});
        return;
    }
    ReplyHead head;
    head.number = request.key.number;
    head.client = directory_.handle_of(request.key.client);
    head.client_incarnation = request.client_incarnation;
    head.time = hands_.request_time();
    head.status = status;
    hands_.bring(request.key.client, Frame(encode_reply(head, sentence, {})));
}

bool RequestDesk::hand_out(std::uint16_t agent, const Frame& frame) {
    if (const auto request = sound<RequestFrame>(frame)) {
        const RequestHead& head = request->head;
        const auto client = head.client == 0 ? std::optional(RequestKey::person)
                                             : directory_.find_handle(head.client);
        RoutedRequest* const open = client ? open_.find({*client, head.number}) : nullptr;
        if (open == nullptr || open->client_incarnation != head.incarnation) {
            return false;
        }
        open->is_handed_out = true;
        return true;
    }
    const auto reply = sound<ReplyFrame>(frame);
    return reply && reply->head.client_incarnation == hands_.incarnation_of(agent);
}

void RequestDesk::lose_server(std::uint16_t server, bool only_handed_out, std::string_view why) {
    const std::string sentence = "Agent '" + directory_.name_of(server) +
                                 "' ended before it had answered" +
                                 (why.empty() ? "." : ": " + std::string(why) + ".");
    for (const RoutedRequest& request : open_.take_of_server(server, only_handed_out)) {
        fail(request, DROVER_E_LOST, sentence);
    }
}

}  // namespace drover
