/// The event log of a simulation as a file for people: one JSON object a line.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "base/message_type.hpp"
#include "base/result.hpp"
#include "runner/transport.hpp"
#include "wire/frame_json.hpp"

namespace drover {

/// Writes each publication as `drover tap -o json` prints it, in order of publication. One thread.
class EventFile {
public:
    /// Makes the file, or empties it. `types` and `publishers` are by handle.
    [[nodiscard]] static Result<std::unique_ptr<EventFile>> create(
        const std::filesystem::path& path,
        std::map<std::uint32_t, MessageType> types,
        std::map<std::uint32_t, std::string> publishers);
    EventFile(const EventFile&) = delete;
    EventFile& operator=(const EventFile&) = delete;
    ~EventFile() = default;

    void add(const PublishedMessage& message);
    /// Writes what is left. Fails where not everything could be written (a full disk).
    [[nodiscard]] Result<void> finish();

private:
    struct CloseFile {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    EventFile(std::filesystem::path path,
              std::FILE* file,
              std::map<std::uint32_t, MessageType> types,
              std::map<std::uint32_t, std::string> publishers);

    std::filesystem::path path_;
    std::unique_ptr<std::FILE, CloseFile> file_;
    std::map<std::uint32_t, MessageType> types_;
    std::map<std::uint32_t, std::string> publishers_;
    FrameNames names_;
    int error_ = 0;  ///< The first one of writing, as errno has it.
};

}  // namespace drover
