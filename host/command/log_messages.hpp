/// The messages of the durable log, and those of several places together.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "command/kept_log.hpp"
#include "command/message_source.hpp"

namespace drover {

/// Reads the log's files, also while a router writes them.
class LogMessages final : public MessageSource {
public:
    explicit LogMessages(KeptLog log) : log_(std::move(log)) {}
    [[nodiscard]] Result<void> read(const Visit& visit) override;

    [[nodiscard]] const KeptLog& log() const { return log_; }
    /// The oldest position that the last reading found; 0: none.
    [[nodiscard]] std::uint64_t first() const { return first_; }

private:
    KeptLog log_;
    std::uint64_t first_ = 0;
};

/// The messages of one place behind those of another. Ids must mean the same everywhere.
class JoinedMessages final : public MessageSource {
public:
    void add(std::shared_ptr<MessageSource> source) { sources_.push_back(std::move(source)); }
    [[nodiscard]] bool is_empty() const { return sources_.empty(); }
    [[nodiscard]] Result<void> read(const Visit& visit) override;

private:
    std::vector<std::shared_ptr<MessageSource>> sources_;
};

/// Whether two fleets give their agents the same numbers, so that ids of messages mean the same.
/// False where no agent is in both.
[[nodiscard]] bool have_same_handles(const RecordingNames& left, const RecordingNames& right);

}  // namespace drover
