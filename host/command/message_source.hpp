/// Where messages of the past can be read: a recording here; the durable log in log_messages.hpp.
#pragma once

#include <filesystem>
#include <functional>

#include "base/result.hpp"
#include "recording/recorded_message.hpp"
#include "recording/recording_names.hpp"

namespace drover {

/// Read as often as need be, in the order in which the messages were written down. One thread.
class MessageSource {
public:
    /// A message and what its numbers mean; both live until it returns.
    using Visit = std::function<void(const RecordedMessage& message, const RecordingNames& names)>;

    MessageSource() = default;
    MessageSource(const MessageSource&) = delete;
    MessageSource& operator=(const MessageSource&) = delete;
    virtual ~MessageSource() = default;

    /// Shows every message. The same one may come several times, from its publisher and from each
    /// of its receivers.
    [[nodiscard]] virtual Result<void> read(const Visit& visit) = 0;
};

/// The messages of a recording, also of one that is still being written.
class RecordedMessages final : public MessageSource {
public:
    /// What was published and what was delivered, or the second alone.
    enum class Which { all, delivered };

    explicit RecordedMessages(std::filesystem::path file, Which which = Which::all)
        : file_(std::move(file)), which_(which) {}
    [[nodiscard]] Result<void> read(const Visit& visit) override;

private:
    std::filesystem::path file_;
    Which which_;
};

}  // namespace drover
