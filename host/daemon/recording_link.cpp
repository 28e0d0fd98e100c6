#include "daemon/recording_link.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/file_text.hpp"
#include "base/json_value.hpp"
#include "recording/recorder_patience.hpp"

namespace drover {

RecordingLink::RecordingLink(EventLoop& loop,
                             FleetMessages& messages,
                             const RunDirectory& run,
                             DaemonLog& log,
                             EventRecorder& events,
                             std::function<void()> tell_agents)
    : loop_(loop),
      messages_(messages),
      run_(run),
      log_(log),
      events_(events),
      tell_agents_(std::move(tell_agents)) {}

RecordingLink::~RecordingLink() {
    if (channel_) {
        loop_.forget(channel_->descriptor());
        // Without it the recorder takes droverd for lost.
        channel_->write_line(to_line({{"end", true}}));
    }
}

Result<void> RecordingLink::connect() {
    const auto wish = parse_json(read_file_text(run_.recorder_wish()).value_or(""));
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = run_.recorder_socket().string();
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const auto* const plain = reinterpret_cast<const sockaddr*>(&address);
    if (!wish || !wish.value().is_object() || !socket.is_open() ||
        ::connect(socket.number(), plain, sizeof address) != 0) {
        return Error{ErrorKind::unavailable,
                     "No recorder waits at " + path + "; `drover record -O FILE` is one."};
    }
    using Texts = std::vector<std::string>;
    messages_.set_recorder(RecorderPlace{path,
                                         value_or<Texts>(wish.value(), "patterns", {}),
                                         value_or<Texts>(wish.value(), "agents", {})});
    file_ = value_or<std::string>(wish.value(), "file", "");
    pid_ = value_or<std::int64_t>(wish.value(), "pid", 0);
    joined_ = monotonic_now();
    channel_ = std::make_unique<LineChannel>(std::move(socket));
    loop_.watch(channel_->descriptor(), EPOLLIN, [this](std::uint32_t) { serve(); });
    tell_names();
    const std::string sentence = "process " + std::to_string(pid_) + " records into " + file_;
    log_.info("A recording begins: " + sentence + ".");
    events_.machine("recording_began", sentence);
    return success();
}

void RecordingLink::look(bool are_recorded) {
    if (!channel_ && connect() && !are_recorded) {
        tell_agents_();
    }
}

Result<void> RecordingLink::join() {
    if (channel_) {
        return Error{ErrorKind::refused,
                     "Process " + std::to_string(pid_) + " records already, into " + file_ +
                         "; one recording runs at a time."};
    }
    auto connected = connect();
    if (connected) {
        tell_agents_();
    }
    return connected;
}

void RecordingLink::given_up(const std::string& agent, const std::string& why, Monotonic now) {
    if (channel_) {
        serve();  // A recorder that ended by itself, or was killed, is not given up.
    }
    // Nobody gives a recorder up sooner: such news are of the one before.
    if (!channel_ || now - joined_ < recorder_patience) {
        return;
    }
    const std::string told = "agent '" + agent + "' says that " + why;
    channel_->write_line(to_line({{"given_up", told}}));
    end("the recorder, process " + std::to_string(pid_) + ", was given up: " + told +
            "; what it had written stays in " + file_,
        true);
}

void RecordingLink::tell_names() {
    if (channel_) {
        write(to_line(messages_.recording_names()));
    }
}

void RecordingLink::write(const std::string& line) {
    channel_->write_line(line);
    loop_.change(channel_->descriptor(), channel_->has_unsent() ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void RecordingLink::serve() {
    channel_->flush();
    bool is_wished = false;
    for (const std::string& line : channel_->read_lines()) {
        const auto said = parse_json(line);
        is_wished = is_wished || (said && value_or(said.value(), "end", false));
    }
    if (is_wished) {
        end("the recording into " + file_ + " ends", false);
    } else if (channel_->is_ended()) {
        end("the recorder, process " + std::to_string(pid_) +
                ", is gone; what it had written stays in " + file_,
            true);
    } else {
        loop_.change(channel_->descriptor(), channel_->has_unsent() ? EPOLLIN | EPOLLOUT : EPOLLIN);
    }
}

void RecordingLink::end(const std::string& why, bool is_loss) {
    loop_.forget(channel_->descriptor());
    messages_.set_recorder(std::nullopt);
    tell_agents_();
    // Closed only now: its end tells the recorder that every agent has been told.
    channel_.reset();
    if (is_loss) {
        log_.warning("The recording is over: " + why + ".");
    } else {
        log_.info("The recording is over: " + why + ".");
    }
    events_.machine(is_loss ? "recording_lost" : "recording_ended", why);
}

Json RecordingLink::status() const {
    return channel_ ? Json{{"file", file_}, {"pid", pid_}} : Json(nullptr);
}

}  // namespace drover
