/// Reads the records of a fleet in their order, older files first, and goes on as they grow.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/file_descriptor.hpp"
#include "events/fleet_event.hpp"

namespace drover {

/// Needs no droverd. Lines that are torn or not understood are passed over. One thread.
class EventReader {
public:
    /// `line` is the record as it stands in the file.
    using Take = std::function<void(const FleetEvent& event, const std::string& line)>;

    explicit EventReader(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Hands over what was written since the last call, once each, also when files were turned over
    /// or begun anew meanwhile.
    void read_new(const Take& take);

private:
    struct OpenedFile {
        FileDescriptor file;
        std::uint64_t inode = 0;
        std::string unfinished;  ///< The part of a line that has come so far.
    };

    void drain(OpenedFile& opened, const Take& take);
    void hand_over(const std::string& line, const Take& take);
    [[nodiscard]] OpenedFile open(int number) const;

    std::filesystem::path folder_;
    OpenedFile current_;
    std::uint64_t last_sequence_ = 0;
    std::int64_t last_time_ = 0;
};

}  // namespace drover
