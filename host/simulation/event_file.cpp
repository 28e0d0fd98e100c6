#include "simulation/event_file.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/json_value.hpp"
#include "runner/message_header.hpp"

namespace drover {
namespace {

Error cannot_write(const std::filesystem::path& path, int error) {
    return {ErrorKind::invalid,
            "The events cannot be written to " + path.string() + ": " + std::strerror(error) + "."};
}

}  // namespace

Result<std::unique_ptr<EventFile>> EventFile::create(
    const std::filesystem::path& path,
    std::map<std::uint32_t, MessageType> types,
    std::map<std::uint32_t, std::string> publishers) {
    std::FILE* const file = std::fopen(path.c_str(), "we");
    if (file == nullptr) {
        return cannot_write(path, errno);
    }
    return std::unique_ptr<EventFile>(
        new EventFile(path, file, std::move(types), std::move(publishers)));
}

EventFile::EventFile(std::filesystem::path path,
                     std::FILE* file,
                     std::map<std::uint32_t, MessageType> types,
                     std::map<std::uint32_t, std::string> publishers)
    : path_(std::move(path)),
      file_(file),
      types_(std::move(types)),
      publishers_(std::move(publishers)) {
    names_.type = [this](std::uint32_t handle) -> const MessageType* {
        const auto found = types_.find(handle);
        return found == types_.end() ? nullptr : &found->second;
    };
    names_.publisher = [this](std::uint32_t handle) -> std::string {
        const auto found = publishers_.find(handle);
        return found == publishers_.end() ? "" : found->second;
    };
}

void EventFile::add(const PublishedMessage& message) {
    MessageFrame frame;
    frame.topic = message.topic;
    frame.header = header_of(message);
    frame.payload = message.payload;
    const std::string line = message_to_json(frame, names_).line() + "\n";
    if (error_ == 0 && std::fwrite(line.data(), 1, line.size(), file_.get()) != line.size()) {
        error_ = errno;
    }
}

Result<void> EventFile::finish() {
    if (std::fflush(file_.get()) != 0 && error_ == 0) {
        error_ = errno;
    }
    return error_ == 0 ? Result<void>(success()) : Result<void>(cannot_write(path_, error_));
}

}  // namespace drover
