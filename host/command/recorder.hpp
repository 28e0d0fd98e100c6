/// Takes what agents record and writes it into one file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/file_descriptor.hpp"
#include "base/line_channel.hpp"
#include "base/result.hpp"
#include "process/run_directory.hpp"
#include "recording/recording_writer.hpp"

namespace drover {

/// What is to be recorded, and until when.
struct RecorderWish {
    std::vector<std::string> patterns;   ///< Of topics; empty: all that agents are given and give.
    std::vector<std::string> agents;     ///< Empty: all.
    std::filesystem::path file;          ///< Absolute.
    std::optional<std::uint64_t> count;  ///< End after so many messages.
    std::optional<std::chrono::milliseconds> duration;  ///< End so long after the first message.
};

/// What a recording holds.
struct RecordingTally {
    std::uint64_t lives = 0;
    std::uint64_t delivered = 0;  ///< Messages that agents were given.
    std::uint64_t published = 0;
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;      ///< Of the file.
    std::uint64_t strangers = 0;  ///< Connections that ended as neither droverd nor an agent.
};

/// Listens in the run directory of a fleet. Writing is synchronous: while the file takes nothing,
/// nothing is read, and the agents wait. One thread.
class Recorder {
public:
    /// Listens and makes the file. Fails with `refused` when somebody else records this fleet.
    [[nodiscard]] static Result<Recorder> open(const RunDirectory& run, RecorderWish wish);
    Recorder(Recorder&&) noexcept = default;
    Recorder& operator=(Recorder&&) = delete;
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;
    /// Leaves the run directory.
    ~Recorder();

    /// Waits up to `longest` for news and takes it. False once the recording is over: the wish is
    /// fulfilled or the fleet has ended.
    [[nodiscard]] Result<bool> turn(std::chrono::milliseconds longest);
    /// Asks the fleet to end the recording, takes what is still on its way, and closes the file.
    [[nodiscard]] Result<void> finish();

    /// Why the recording ended before anybody wished it: the fleet has given the recorder up, or
    /// droverd is gone without a word. Nothing of the file is lost by it.
    [[nodiscard]] std::optional<Error> what_went_wrong() const;

    /// Whether droverd has joined.
    [[nodiscard]] bool has_fleet() const { return has_fleet_; }
    [[nodiscard]] const RecordingTally& tally() const { return tally_; }
    /// Why names of a fleet were left out, the first time: droverd may be of another version.
    [[nodiscard]] const std::optional<Error>& unread_names() const { return unread_names_; }

private:
    /// The connection of one life of an agent, or one that has not said yet what it is.
    struct Stream {
        FileDescriptor socket;
        std::vector<std::byte> bytes;
        std::uint32_t number = 0;  ///< 0: not known to be an agent.
    };

    Recorder(FileDescriptor lock,
             FileDescriptor listener,
             RunDirectory run,
             RecorderWish wish,
             RecordingWriter writer);
    void accept();
    /// Takes what a stream has; false when it has ended.
    [[nodiscard]] Result<bool> serve(Stream& stream);
    [[nodiscard]] Result<void> take_entries(Stream& stream);
    /// Takes a connection as droverd's once its first line is whole and names a fleet.
    [[nodiscard]] Result<void> hear_fleet(Stream& stream);
    /// Takes a connection as a life's once its first entry is whole and says whose life it is.
    void begin_life(Stream& stream);
    void turn_away(Stream& stream);
    /// False, and it is noted why, where a line holds no names that could be read again.
    [[nodiscard]] bool are_names(std::string_view line);
    [[nodiscard]] Result<void> serve_fleet();
    /// Whether it is a line that ends the recording from droverd's side.
    [[nodiscard]] bool is_farewell(const std::string& line);
    void count(std::span<const std::byte> entries);
    [[nodiscard]] bool is_enough() const;

    FileDescriptor lock_;
    FileDescriptor listener_;
    RunDirectory run_;
    RecorderWish wish_;
    RecordingWriter writer_;
    std::vector<std::byte> room_;  ///< What is read goes here first.
    std::vector<Stream> streams_;
    std::optional<LineChannel> fleet_;
    std::uint32_t last_stream_ = 0;
    bool has_fleet_ = false;
    bool is_farewell_said_ = false;  ///< By droverd or to it: the next end of its line is no loss.
    bool is_droverd_lost_ = false;
    std::optional<std::string> given_up_;  ///< Why the fleet has given this recorder up.
    std::optional<Monotonic> first_message_;
    std::optional<Monotonic> left_alone_;  ///< Since when there is neither fleet nor stream.
    RecordingTally tally_;
    std::optional<Error> unread_names_;
};

}  // namespace drover
