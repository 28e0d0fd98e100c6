#include "runner/life_recorder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/clock.hpp"
#include "base/logging.hpp"
#include "base/topic.hpp"
#include "recording/recorded_message.hpp"
#include "recording/recorded_outputs.hpp"
#include "recording/recorder_patience.hpp"
#include "runner/recorded_transport.hpp"

namespace drover {
namespace {

/// Beyond it the bytes are handed over in the middle of a callback's publications too.
constexpr std::size_t most_held = std::size_t{256} << 10U;

RecordedId recorded_id(const drover_message_id& id) {
    return {id.publisher, id.incarnation, id.sequence};
}

std::string_view view_of(const drover_string& text) {
    return {text.data == nullptr ? "" : text.data, text.size};
}

std::string_view view_of(const drover_bytes& bytes) {
    return {bytes.size == 0 ? "" : static_cast<const char*>(bytes.data), bytes.size};
}

/// Connects without waiting: a recorder whose queue is full is as good as gone.
Result<FileDescriptor> connect_to(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.string().size() >= sizeof address.sun_path) {
        return Error{ErrorKind::invalid, "The path " + path.string() + " is too long."};
    }
    std::memcpy(address.sun_path, path.c_str(), path.string().size());
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const auto* const plain = reinterpret_cast<const sockaddr*>(&address);
    if (!socket.is_open() || ::connect(socket.number(), plain, sizeof address) != 0) {
        return Error{ErrorKind::unavailable,
                     "Nobody records at " + path.string() + ": " + std::strerror(errno) + "."};
    }
    return socket;
}

}  // namespace

Result<std::unique_ptr<LifeRecorder>> LifeRecorder::join(const std::filesystem::path& socket,
                                                         const RecordedLife& life,
                                                         StatusPageLayout& page,
                                                         AgentObserver& observer) {
    auto connected = connect_to(socket);
    if (!connected) {
        return connected.error();
    }
    return std::unique_ptr<LifeRecorder>(
        new LifeRecorder(std::move(connected.value()), life, page, observer));
}

LifeRecorder::LifeRecorder(FileDescriptor socket,
                           const RecordedLife& life,
                           StatusPageLayout& page,
                           AgentObserver& observer)
    : socket_(std::move(socket)),
      agent_(life.agent),
      patterns_(life.patterns),
      page_(page),
      observer_(observer),
      now_(life.start_time) {
    add(EntryKind::life, life);
    flush();
}

bool LifeRecorder::wants(std::string_view topic) const {
    return !is_lost_ &&
           (patterns_.empty() || std::ranges::any_of(patterns_, [&](const std::string& pattern) {
                return topic_matches(pattern, topic);
            }));
}

template <typename Body>
void LifeRecorder::add(EntryKind kind, const Body& body) {
    {
        EntryWriter writer(bytes_, kind, flags_, now_);
        body.write(writer);
    }
    flush_large();
}

void LifeRecorder::flush_large() {
    if (bytes_.size() >= most_held) {
        flush();
    }
}

void LifeRecorder::state(std::uint32_t version, std::string_view bytes) {
    if (wants_all()) {
        add(EntryKind::state, RecordedState{version, bytes});
    }
}

void LifeRecorder::start() {
    if (wants_all()) {
        const EntryWriter writer(bytes_, EntryKind::start, flags_, now_);
    }
}

void LifeRecorder::stop(std::int32_t reason, std::int64_t deadline) {
    if (wants_all()) {
        add(EntryKind::stop, RecordedStop{reason, deadline});
    }
}

void LifeRecorder::message(const drover_message& message,
                           std::uint32_t type,
                           std::uint16_t encoding) {
    const std::string_view topic = view_of(message.topic);
    if (!wants(topic)) {
        return;
    }
    RecordedMessage recorded;
    recorded.topic = topic;
    recorded.payload = {static_cast<const std::byte*>(message.data),
                        static_cast<std::size_t>(message.bytes)};
    RecordedHeader& header = recorded.header;
    header.type = type;
    header.encoding = encoding;
    header.id = recorded_id(message.id);
    header.topic_sequence = message.topic_sequence;
    header.cause = recorded_id(message.cause);
    header.event_time = message.event_time;
    header.publish_time = message.publish_time;
    header.count = message.count;
    header.record_size = message.stride;
    header.port = message.port;
    header.flags = message.flags;
    header.lost = message.lost;
    add(EntryKind::message, recorded);
}

void LifeRecorder::timer(std::uint64_t id, std::int64_t due, std::uint32_t missed) {
    if (wants_all()) {
        add(EntryKind::timer, RecordedTimer{id, due, missed});
    }
}

void LifeRecorder::post(std::uint64_t token) {
    if (wants_all()) {
        add(EntryKind::post, RecordedPost{token, 0});
    }
}

void LifeRecorder::advanced(std::uint64_t token, std::int64_t last_settled) {
    if (wants_all()) {
        add(EntryKind::advanced, RecordedPost{token, last_settled});
    }
}

void LifeRecorder::request(const RequestOrigin& origin, const drover_request& request) {
    if (wants_all()) {
        add(EntryKind::request,
            RecordedRequest{origin.client,
                            origin.incarnation,
                            origin.number,
                            request.id,
                            request.port,
                            request.deadline,
                            view_of(request.sender),
                            view_of(request.body)});
    }
}

void LifeRecorder::reply(std::uint64_t number, const drover_reply& reply) {
    if (wants_all()) {
        add(EntryKind::reply,
            RecordedReply{
                number, reply.token, reply.status, view_of(reply.error), view_of(reply.body)});
    }
}

void LifeRecorder::simulated(const SimulationAnswer& answer) {
    if (wants_all()) {
        add(EntryKind::simulated, RecordedSimulation{answer.status, answer.text});
    }
}

void LifeRecorder::stored(std::string_view key, const std::optional<std::string>& value) {
    if (wants_all()) {
        add(EntryKind::stored,
            RecordedStored{value.has_value(), key, value ? std::string_view(*value) : ""});
    }
}

void LifeRecorder::judged(std::uint32_t call, drover_status status, std::string_view sentence) {
    if (wants_all()) {
        add(EntryKind::judged, RecordedVerdict{call, status, sentence});
    }
}

void LifeRecorder::rules(std::string_view json) {
    if (wants_all()) {
        add(EntryKind::rules, RecordedRules{json});
    }
}

void LifeRecorder::refused(std::string_view topic,
                           std::uint64_t sequence,
                           drover_status status,
                           std::string_view reason) {
    if (wants_all()) {
        add(EntryKind::refused, RecordedRefusal{sequence, status, topic, reason});
    }
}

void LifeRecorder::link(const RecordedLink& link) {
    if (wants_all()) {
        add(EntryKind::link, link);
    }
}

void LifeRecorder::published(const PublishedMessage& message) {
    if (wants(message.topic)) {
        add(EntryKind::published, recorded_publication(message));
    }
}

void LifeRecorder::requested(const OutgoingRequest& request) {
    if (wants_all()) {
        add(EntryKind::requested, recorded_question(request));
    }
}

void LifeRecorder::replied(const OutgoingReply& reply) {
    if (wants_all()) {
        add(EntryKind::replied, recorded_answer(reply));
    }
}

void LifeRecorder::asked_to_advance(std::int64_t time, std::int64_t delay, std::uint64_t token) {
    if (wants_all()) {
        add(EntryKind::advance, RecordedAdvance{time, delay, token});
    }
}

void LifeRecorder::flush() {
    std::size_t sent = 0;
    while (sent < bytes_.size() && !is_lost_) {
        const ssize_t wrote = ::send(socket_.number(),
                                     bytes_.data() + sent,
                                     bytes_.size() - sent,
                                     MSG_NOSIGNAL | MSG_DONTWAIT);
        if (wrote > 0) {
            sent += static_cast<std::size_t>(wrote);
            continue;
        }
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (errno != EAGAIN) {
            lose("recording", std::strerror(errno));
            break;
        }
        // This waiting is no fault of the agent's: a callback that waits here is not hung.
        page_.extended_to.store((monotonic_now() + recorder_patience).time_since_epoch().count(),
                                std::memory_order_relaxed);
        pollfd writable{socket_.number(), POLLOUT, 0};
        const auto longest =
            std::chrono::duration_cast<std::chrono::milliseconds>(recorder_patience);
        if (::poll(&writable, 1, static_cast<int>(longest.count())) == 0) {
            lose("recorder_still",
                 "it has taken nothing for " + std::to_string(recorder_patience.count()) +
                     " seconds");
        }
    }
    bytes_.clear();
}

void LifeRecorder::lose(const char* code, const std::string& why) {
    is_lost_ = true;
    socket_.close();
    const std::string reason = "the recorder is gone (" + why + "); the agent goes on unrecorded";
    log_warning("The recording ends here: " + reason + ".");
    observer_.on_occurrence({EventKind::loss, agent_, {}, agent_, code, reason}, 1);
}

void LifeRecorder::finish() {
    if (!is_lost_) {
        { const EntryWriter writer(bytes_, EntryKind::end, flags_, now_); }
        flush();
        socket_.close();
        is_lost_ = true;
    }
}

}  // namespace drover
