#include "runner/agent_file.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "runner/agent_file_schema.hpp"
#include "wire/bundle.hpp"
#include "wire/message_frame.hpp"

namespace drover {
namespace {

/// A file that cannot grow cannot take in its WAL either, and so not give that room back.
constexpr int reserved_piece = 512 << 10;
/// Two segments of the router's log, by default: it must be able to begin one.
constexpr std::uintmax_t little_room = std::uintmax_t{128} << 20U;
constexpr auto room_pause = std::chrono::seconds(1);
/// An agent that commits more often would pay for bringing the WAL in again and again.
constexpr auto quiet_time = std::chrono::seconds(10);

/// `frames` is laid out like the body of a BUNDLE.
void add_to_deliveries(std::vector<std::byte>& frames, std::uint64_t count) {
    BundleReader reader(frames);
    while (!reader.is_at_end()) {
        const auto bytes = reader.next();
        const auto frame = bytes ? MessageFrame::decode(*bytes) : std::nullopt;
        if (frame) {
            const auto start = static_cast<std::size_t>(bytes->data() - frames.data());
            stamp_delivery(std::span(frames).subspan(start, bytes->size()),
                           frame->topic.size(),
                           frame->header.delivery + count);
        }
    }
}

}  // namespace

AgentFile::AgentFile(std::filesystem::path path,
                     SqliteFile file,
                     StatePieces state,
                     DurablePlaceTable place)
    : path_(std::move(path)),
      file_(std::move(file)),
      state_(std::move(state)),
      place_(std::move(place)),
      outbox_(file_),
      store_(file_),
      begin_(file_.prepare_later("BEGIN IMMEDIATE")),
      commit_(file_.prepare_later("COMMIT")) {
    if (file_.has_wal()) {
        note_written();
    }
}

Result<AgentFile> AgentFile::open(const std::filesystem::path& path, const std::string& agent) {
    auto file = SqliteFile::open(path);
    if (!file) {
        return file.error();
    }
    if (auto prepared = prepare_agent_schema(file.value(), agent); !prepared) {
        return prepared.error();
    }
    file.value().reserve_in_pieces_of(reserved_piece);
    auto state = StatePieces::open(file.value());
    auto place = DurablePlaceTable::open(file.value());
    if (!state || !place) {
        return state ? place.error() : state.error();
    }
    return AgentFile(
        path, std::move(file.value()), std::move(state.value()), std::move(place.value()));
}

template <typename Work>
Result<void> AgentFile::transact(Work&& work) {
    auto done = begin_.run();
    if (!done) {
        return done;
    }
    done = work();
    if (done) {
        done = commit_.run();
    }
    if (!done) {
        is_out_of_room_ = file_.is_out_of_room();
        (void)file_.run("ROLLBACK");
    }
    note_written();  // Also what was taken back may lie in the WAL.
    return done;
}

void AgentFile::note_written() {
    written_ = monotonic_now();
    if (!room_due_) {
        room_due_ = written_ + room_pause;
    }
}

Result<void> AgentFile::commit(const FileChanges& changes) {
    const auto write_all = [&] { return write(changes); };
    auto done = transact(write_all);
    // What fills the disk may be the WALs of the agents themselves: nobody else gives them back.
    if (!done && is_out_of_room_ && file_.give_back_room()) {
        done = transact(write_all);
    }
    if (!done) {
        return done;
    }
    if (changes.state && !state_.is_last(changes.state->version, changes.state->bytes)) {
        state_.committed(changes.state->version, changes.state->bytes);
    }
    place_.committed(changes.place);
    dropped_ = changes.logged;
    return done;
}

void AgentFile::look_for_room(Monotonic now) {
    if (!room_due_ || now < *room_due_) {
        return;
    }
    const bool is_quiet = now - written_ >= quiet_time;
    if ((is_quiet || is_disk_short()) && file_.give_back_room() && !file_.has_wal()) {
        room_due_.reset();
    } else {
        room_due_ = now + room_pause;
    }
}

bool AgentFile::is_disk_short() const {
    std::error_code error;
    const auto disk = std::filesystem::space(path_, error);
    return !error && disk.available < little_room;
}

Result<void> AgentFile::shift_outbox(std::uint64_t count) {
    struct Row {
        std::uint64_t first;
        std::uint64_t last;
        std::vector<std::byte> frames;
    };
    std::vector<Row> rows;
    auto done = outbox_.for_each([&rows](const OutboxRow& row) {
        rows.push_back({row.first, row.last, {row.frames.begin(), row.frames.end()}});
    });
    DurablePlace place = place_.last();
    place.sequence += count;
    if (done) {
        done = transact([&]() -> Result<void> {
            auto written = outbox_.drop_logged(place.sequence);
            for (Row& row : rows) {
                add_to_deliveries(row.frames, count);
                if (written) {
                    written = outbox_.put({row.first + count, row.last + count, row.frames});
                }
            }
            return written ? place_.write(place) : written;
        });
    }
    if (done) {
        place_.committed(place);
    }
    return done;
}

Result<void> AgentFile::write(const FileChanges& changes) const {
    Result<void> done = success();
    if (changes.state && !state_.is_last(changes.state->version, changes.state->bytes)) {
        done = state_.write(changes.state->version, changes.state->bytes);
    }
    if (done) {
        done = place_.write(changes.place);
    }
    if (done && changes.logged > dropped_) {
        done = outbox_.drop_logged(changes.logged);
    }
    if (done && changes.outbox) {
        done = outbox_.put(*changes.outbox);
    }
    if (done && changes.store != nullptr) {
        done = store_.write(*changes.store);
    }
    return done;
}

}  // namespace drover
