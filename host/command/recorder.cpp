#include "command/recorder.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/json_value.hpp"
#include "recording/recorded_inputs.hpp"
#include "recording/recording_names.hpp"

namespace drover {
namespace {

constexpr std::size_t read_block = std::size_t{256} << 10U;
/// Of one stream in one turn, so that all have theirs.
constexpr std::size_t most_in_turn = std::size_t{4} << 20U;
constexpr int waiting_agents = 256;
/// A supervisor that takes over from one that was lost joins within this time.
constexpr auto time_alone = std::chrono::seconds(3);
/// As long as a line of droverd may be.
constexpr std::size_t longest_names = std::size_t{16} << 20U;
constexpr auto last_streams = std::chrono::seconds(5);

Error cannot_listen(const std::filesystem::path& path) {
    return {ErrorKind::unavailable,
            "Cannot listen at " + path.string() + ": " + std::strerror(errno) + "."};
}

Result<FileDescriptor> take_lock(const std::filesystem::path& socket) {
    const std::string path = socket.string() + ".lock";
    FileDescriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock.is_open()) {
        return cannot_listen(path);
    }
    if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) {
        return Error{ErrorKind::refused,
                     "Another `drover record` records this fleet already; one recording runs at a "
                     "time."};
    }
    return lock;
}

Result<FileDescriptor> listen_at(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.string().size() >= sizeof address.sun_path) {
        return Error{ErrorKind::invalid, "The path " + path.string() + " is too long."};
    }
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    ::unlink(path.c_str());
    FileDescriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const auto* const plain = reinterpret_cast<const sockaddr*>(&address);
    if (!listener.is_open() || ::bind(listener.number(), plain, sizeof address) != 0 ||
        ::listen(listener.number(), waiting_agents) != 0) {
        return cannot_listen(path);
    }
    return listener;
}

/// Writes it whole before anybody can read it.
Result<void> write_wish(const std::filesystem::path& path, const RecorderWish& wish) {
    const std::string draft = path.string() + ".new";
    {
        std::ofstream stream(draft, std::ios::trunc);
        stream << to_line({{"file", wish.file.string()},
                           {"pid", ::getpid()},
                           {"patterns", wish.patterns},
                           {"agents", wish.agents}});
        if (!stream.flush()) {
            return cannot_listen(path);
        }
    }
    return ::rename(draft.c_str(), path.c_str()) == 0 ? Result<void>(success())
                                                      : Result<void>(cannot_listen(path));
}

/// Whether it is droverd that speaks: its lines hold no NUL, an entry's head does.
bool is_line(std::span<const std::byte> bytes) {
    const auto head = bytes.first(std::min(bytes.size(), sizeof(EntryHead)));
    return std::ranges::find(head, std::byte{0}) == head.end();
}

/// Whether it may still be an agent that speaks: its first entry is that of its life.
bool may_begin_a_life(std::span<const std::byte> bytes) {
    return bytes[offsetof(EntryHead, kind)] == static_cast<std::byte>(EntryKind::life) &&
           !Entry::is_broken(bytes);
}

}  // namespace

Result<Recorder> Recorder::open(const RunDirectory& run, RecorderWish wish) {
    auto lock = take_lock(run.recorder_socket());
    if (!lock) {
        return lock.error();
    }
    auto writer = RecordingWriter::create(wish.file, wall_now());
    if (!writer) {
        return writer.error();
    }
    if (auto written = write_wish(run.recorder_wish(), wish); !written) {
        return written.error();
    }
    auto listener = listen_at(run.recorder_socket());
    if (!listener) {
        return listener.error();
    }
    return Recorder(std::move(lock.value()),
                    std::move(listener.value()),
                    run,
                    std::move(wish),
                    std::move(writer.value()));
}

Recorder::Recorder(FileDescriptor lock,
                   FileDescriptor listener,
                   RunDirectory run,
                   RecorderWish wish,
                   RecordingWriter writer)
    : lock_(std::move(lock)),
      listener_(std::move(listener)),
      run_(std::move(run)),
      wish_(std::move(wish)),
      writer_(std::move(writer)),
      room_(read_block) {}

Recorder::~Recorder() {
    if (lock_.is_open()) {
        ::unlink(run_.recorder_socket().c_str());
        ::unlink(run_.recorder_wish().c_str());
    }
}

bool Recorder::is_enough() const {
    const bool is_late =
        wish_.duration && first_message_ && monotonic_now() - *first_message_ >= *wish_.duration;
    return is_late || (wish_.count && tally_.delivered + tally_.published >= *wish_.count);
}

Result<bool> Recorder::turn(std::chrono::milliseconds longest) {
    std::vector<pollfd> waiting{{listener_.number(), POLLIN, 0},
                                {fleet_ ? fleet_->descriptor() : -1, POLLIN, 0}};
    for (const Stream& stream : streams_) {
        waiting.push_back({stream.socket.number(), POLLIN, 0});
    }
    (void)::poll(waiting.data(), waiting.size(), static_cast<int>(longest.count()));
    // Names first: what follows them may need them.
    if (auto served = serve_fleet(); !served) {
        return served.error();
    }
    for (std::size_t index = 2; index < waiting.size(); ++index) {
        if (waiting[index].revents == 0) {
            continue;
        }
        Stream& stream = streams_[index - 2];
        const auto served = serve(stream);
        if (!served) {
            return served.error();
        }
        if (!served.value()) {
            stream.socket.close();
        }
    }
    std::erase_if(streams_, [](const Stream& stream) { return !stream.socket.is_open(); });
    if ((waiting[0].revents & POLLIN) != 0) {
        accept();
    }
    const bool is_alone = has_fleet_ && !fleet_ && streams_.empty();
    if (!is_alone) {
        left_alone_.reset();
    } else if (!left_alone_) {
        left_alone_ = monotonic_now();
    }
    const bool is_over = left_alone_ && monotonic_now() - *left_alone_ >= time_alone;
    return !is_over && !given_up_ && !is_enough();
}

void Recorder::accept() {
    while (true) {
        FileDescriptor socket(
            ::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!socket.is_open()) {
            return;
        }
        streams_.push_back({std::move(socket), {}, 0});
    }
}

Result<bool> Recorder::serve(Stream& stream) {
    std::size_t taken = 0;
    while (taken < most_in_turn) {
        const ssize_t got = ::recv(stream.socket.number(), room_.data(), room_.size(), 0);
        if (got > 0) {
            stream.bytes.insert(stream.bytes.end(), room_.begin(), room_.begin() + got);
            taken += static_cast<std::size_t>(got);
            continue;
        }
        if (got < 0 && errno == EINTR) {
            continue;
        }
        const bool has_ended = got == 0 || errno != EAGAIN;
        if (auto written = take_entries(stream); !written) {
            return written.error();
        }
        if (has_ended && stream.socket.is_open() && stream.number == 0) {
            turn_away(stream);
        }
        return !has_ended && stream.socket.is_open();
    }
    auto written = take_entries(stream);
    return written ? Result<bool>(stream.socket.is_open()) : Result<bool>(written.error());
}

Result<void> Recorder::take_entries(Stream& stream) {
    if (stream.number == 0 && stream.bytes.size() >= sizeof(EntryHead)) {
        if (is_line(stream.bytes)) {
            return hear_fleet(stream);
        }
        begin_life(stream);
    }
    if (stream.number == 0) {
        return success();
    }
    std::span<const std::byte> rest(stream.bytes);
    while (Entry::take(rest)) {
    }
    const std::size_t whole = stream.bytes.size() - rest.size();
    if (Entry::is_broken(rest)) {
        stream.socket.close();  // Nothing that follows can be understood.
    }
    if (whole == 0) {
        return success();
    }
    const auto entries = std::span<const std::byte>(stream.bytes).first(whole);
    count(entries);
    auto written = writer_.add(BlockKind::entries, stream.number, entries);
    stream.bytes.erase(stream.bytes.begin(),
                       stream.bytes.begin() + static_cast<std::ptrdiff_t>(whole));
    tally_.bytes = writer_.size();
    return written;
}

Result<void> Recorder::hear_fleet(Stream& stream) {
    const std::string_view text(reinterpret_cast<const char*>(stream.bytes.data()),
                                stream.bytes.size());
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos && text.size() < longest_names) {
        return success();  // The rest of the line is on its way.
    }
    if (!are_names(text.substr(0, end))) {
        turn_away(stream);
        return success();
    }
    has_fleet_ = true;
    is_farewell_said_ = false;
    is_droverd_lost_ = false;
    fleet_.emplace(std::move(stream.socket));
    fleet_->put_back(text);
    stream.bytes.clear();
    return serve_fleet();
}

void Recorder::begin_life(Stream& stream) {
    if (!may_begin_a_life(stream.bytes)) {
        turn_away(stream);
        return;
    }
    std::span<const std::byte> rest(stream.bytes);
    const auto entry = Entry::take(rest);
    if (!entry) {
        return;  // The rest of it is on its way.
    }
    if (!RecordedLife::decode(entry->body)) {
        turn_away(stream);  // No reader could read it, and one such life spoils the whole file.
        return;
    }
    stream.number = ++last_stream_;
    ++tally_.lives;
}

void Recorder::turn_away(Stream& stream) {
    stream.socket.close();
    ++tally_.strangers;
}

bool Recorder::are_names(std::string_view line) {
    const auto read = RecordingNames().add(line);
    if (!read && !unread_names_) {
        unread_names_ = read.error();
    }
    return read.has_value();
}

void Recorder::count(std::span<const std::byte> entries) {
    while (const auto entry = Entry::take(entries)) {
        ++tally_.entries;
        tally_.delivered += entry->kind == EntryKind::message ? 1U : 0U;
        tally_.published += entry->kind == EntryKind::published ? 1U : 0U;
    }
    if (!first_message_ && tally_.delivered + tally_.published > 0) {
        first_message_ = monotonic_now();
    }
}

Result<void> Recorder::serve_fleet() {
    if (!fleet_) {
        return success();
    }
    for (const std::string& names : fleet_->read_lines()) {
        if (is_farewell(names) || !are_names(names)) {
            continue;  // A recording with a line that cannot be read could not be read at all.
        }
        if (auto written = writer_.add(BlockKind::names, names); !written) {
            return written;
        }
    }
    if (fleet_->is_ended()) {
        fleet_.reset();
        is_droverd_lost_ = !is_farewell_said_;
    }
    return success();
}

bool Recorder::is_farewell(const std::string& line) {
    const auto said = parse_json(line);
    if (!said || !said.value().is_object()) {
        return false;
    }
    const auto reason = value_or<std::string>(said.value(), "given_up", "");
    if (!reason.empty()) {
        given_up_ = reason;
    } else if (!value_or(said.value(), "end", false)) {
        return false;
    }
    is_farewell_said_ = true;
    return true;
}

std::optional<Error> Recorder::what_went_wrong() const {
    const std::string rest =
        " What was recorded before is in " + wish_.file.string() + " and can be used; ";
    if (given_up_) {
        return Error{ErrorKind::unavailable,
                     "The fleet has given this recorder up and goes on unrecorded: " + *given_up_ +
                         "." + rest +
                         "record again into another file, where the disk was too slow on another "
                         "disk or fewer topics."};
    }
    if (is_droverd_lost_) {
        return Error{ErrorKind::unavailable,
                     "droverd was lost during the recording." + rest +
                         "`drover up` starts the fleet again."};
    }
    return std::nullopt;
}

Result<void> Recorder::finish() {
    if (fleet_) {
        fleet_->write_line(R"({"end":true})");
        is_farewell_said_ = true;
    }
    // The agents say that they have been told by ending their streams.
    wish_.count.reset();
    wish_.duration.reset();
    const Monotonic deadline = monotonic_now() + last_streams;
    while ((fleet_ || !streams_.empty()) && monotonic_now() < deadline) {
        const auto taken = turn(std::chrono::milliseconds(50));
        if (!taken) {
            return taken.error();
        }
    }
    const Json end = {{"time", wall_now()},
                      {"lives", tally_.lives},
                      {"delivered", tally_.delivered},
                      {"published", tally_.published},
                      {"entries", tally_.entries},
                      {"unfinished", std::ranges::count_if(streams_, [](const Stream& stream) {
                           return stream.number != 0;
                       })}};
    if (auto written = writer_.add(BlockKind::end, to_line(end)); !written) {
        return written;
    }
    tally_.bytes = writer_.size();
    return writer_.finish();
}

}  // namespace drover
