#include "runner/recorded_callbacks.hpp"

#include <algorithm>
#include <cstring>

#include "base/json_value.hpp"
#include "runner/borrowed.hpp"
#include "runner/configure_message.hpp"
#include "runner/link_watch.hpp"

namespace drover {
namespace {

struct StateBytes {
    std::string_view rest;
};

std::int64_t read_state_bytes(void* context, void* data, std::size_t size) {
    auto& bytes = *static_cast<StateBytes*>(context);
    const std::size_t count = std::min(size, bytes.rest.size());
    std::memcpy(data, bytes.rest.data(), count);
    bytes.rest.remove_prefix(count);
    return static_cast<std::int64_t>(count);
}

drover_message_id id_of(const RecordedId& id) {
    return {id.publisher, id.incarnation, id.sequence};
}

}  // namespace

void RecordedCallbacks::settle() {
    runner_.posts_.clear();
    runner_.verdicts_.forget_dictated();
    if (runner_.phase_ == AgentRunner::Phase::starting) {
        (void)runner_.pending_outcome();
    }
}

const void* RecordedCallbacks::aligned(std::string_view bytes) {
    room_.resize((bytes.size() + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t));
    if (!bytes.empty()) {
        std::memcpy(room_.data(), bytes.data(), bytes.size());
    }
    return room_.data();
}

Result<void> RecordedCallbacks::state(const RecordedState& state) {
    if (runner_.state_ == nullptr) {
        return Error{ErrorKind::invalid,
                     "The plugin keeps no state, and the recording holds one that was loaded."};
    }
    StateBytes bytes{state.bytes};
    const drover_reader reader{&bytes, &read_state_bytes};
    drover_status status = DROVER_OK;
    runner_.in_callback(CallbackKind::load_state, {}, runner_.time(), [&] {
        status = runner_.state_->load(runner_.agent_, &reader, state.version);
    });
    return status < 0 ? Result<void>(runner_.step_failed("load its saved state", status))
                      : Result<void>(success());
}

Result<void> RecordedCallbacks::start() {
    runner_.phase_ = AgentRunner::Phase::starting;
    drover_status status = DROVER_OK;
    runner_.in_callback(CallbackKind::start, {}, runner_.time(), [&] {
        status = runner_.functions_.start(runner_.agent_);
    });
    if (status < 0) {
        return runner_.step_failed("start", status);
    }
    if (status != DROVER_PENDING) {
        runner_.phase_ = AgentRunner::Phase::running;
    }
    settle();
    return success();
}

void RecordedCallbacks::stop(const RecordedStop& stop) {
    runner_.stop(stop.reason, stop.deadline);
}

void RecordedCallbacks::message(const RecordedMessage& recorded, std::string_view publisher) {
    const RecordedHeader& header = recorded.header;
    drover_message message{};
    message.size = sizeof(message);
    message.port = header.port;
    message.flags = header.flags;
    message.lost = header.lost;
    message.count = header.count;
    message.stride = header.record_size;
    message.data =
        aligned({reinterpret_cast<const char*>(recorded.payload.data()), recorded.payload.size()});
    message.bytes = recorded.payload.size();
    message.topic = borrowed(recorded.topic);
    message.publisher = borrowed(publisher);
    message.id = id_of(header.id);
    message.cause = id_of(header.cause);
    message.topic_sequence = header.topic_sequence;
    message.event_time = header.event_time;
    message.publish_time = header.publish_time;
    if (runner_.functions_.on_message != nullptr) {
        runner_.in_callback(CallbackKind::on_message, message.id, header.event_time, [&] {
            runner_.functions_.on_message(runner_.agent_, &message);
        });
    }
    settle();
}

void RecordedCallbacks::timer(const RecordedTimer& timer) {
    if (runner_.functions_.on_timer != nullptr) {
        runner_.in_callback(CallbackKind::on_timer, {}, runner_.time(), [&] {
            runner_.functions_.on_timer(runner_.agent_, timer.id, timer.due, timer.missed);
        });
    }
    settle();
}

void RecordedCallbacks::post(const RecordedPost& post) {
    if (runner_.functions_.on_post != nullptr) {
        runner_.in_callback(CallbackKind::on_post, {}, runner_.time(), [&] {
            runner_.functions_.on_post(runner_.agent_, post.token);
        });
    }
    settle();
}

void RecordedCallbacks::advanced(const RecordedPost& recorded) {
    runner_.last_settled_ = recorded.last_settled;
    runner_.advance_is_open_ = false;
    post(recorded);
}

void RecordedCallbacks::request(const RecordedRequest& recorded) {
    std::optional<std::uint64_t> id;
    {
        const std::lock_guard lock(runner_.mutex_);
        id = runner_.requests_.receive(
            {{recorded.client, recorded.client_incarnation, recorded.number},
             recorded.port,
             recorded.deadline},
            runner_.time());
    }
    if (id && runner_.functions_.on_request != nullptr) {
        const drover_request request{sizeof(drover_request),
                                     recorded.port,
                                     *id,
                                     recorded.deadline,
                                     borrowed(recorded.sender),
                                     {aligned(recorded.body), recorded.body.size()}};
        runner_.in_callback(CallbackKind::on_request, {}, runner_.time(), [&] {
            runner_.functions_.on_request(runner_.agent_, &request);
        });
    }
    settle();
}

void RecordedCallbacks::reply(const RecordedReply& recorded) {
    {
        const std::lock_guard lock(runner_.mutex_);
        (void)runner_.requests_.close(recorded.number);
    }
    if (runner_.functions_.on_reply != nullptr) {
        const drover_reply reply{sizeof(drover_reply),
                                 recorded.status,
                                 recorded.token,
                                 {aligned(recorded.body), recorded.body.size()},
                                 borrowed(recorded.error)};
        runner_.in_callback(CallbackKind::on_reply, {}, runner_.time(), [&] {
            runner_.functions_.on_reply(runner_.agent_, &reply);
        });
    }
    settle();
}

void RecordedCallbacks::refused(const RecordedRefusal& refusal) {
    if (runner_.functions_.on_refused != nullptr) {
        runner_.in_callback(CallbackKind::on_refused, {}, runner_.time(), [&] {
            runner_.functions_.on_refused(runner_.agent_,
                                          borrowed(refusal.topic),
                                          refusal.sequence,
                                          refusal.status,
                                          borrowed(refusal.reason));
        });
    }
    settle();
}

void RecordedCallbacks::link(const RecordedLink& link) {
    LinkWatch::call(runner_, link);
    settle();
}

void RecordedCallbacks::stored(const RecordedStored& stored) {
    if (stored.is_there) {
        runner_.store_.learn(stored.key, stored.value);
    }
}

void RecordedCallbacks::judged(const RecordedVerdict& verdict) {
    runner_.verdicts_.dictate(verdict.call, {verdict.status, std::string(verdict.sentence)});
}

void RecordedCallbacks::rules(const RecordedRules& rules) {
    if (const auto json = parse_json(rules.json)) {
        runner_.take_rules(read_rules(json.value()));
    }
}

}  // namespace drover
