/// Where `drover why` looks: the durable log of the state directory, and a recording.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "command/log_messages.hpp"
#include "command/why_chain.hpp"

namespace drover {

struct WhySources {
    std::shared_ptr<LogMessages> log;  ///< Null: there is none, or it has no part in this.
    std::filesystem::path recording;   ///< Empty: none.

    /// "the durable log in '…' and the recording '…'"
    [[nodiscard]] std::string text() const;
    /// Tells what neither holds, beside the chain that they gave; empty: nothing to tell.
    [[nodiscard]] std::string what_is_missing(const WhyChain& chain) const;
};

/// What there is of them. `recording` empty: the one that runs now, if one does. Fails with a
/// sentence when there is nothing to look into.
[[nodiscard]] Result<WhySources> find_why_sources(const std::filesystem::path& state_directory,
                                                  const std::filesystem::path& recording);

/// The chain by all of them. A log that is of another run than the recording is let go, and a note
/// says so on standard error.
[[nodiscard]] Result<WhyChain> why_chain_of(WhySources& sources, const std::string& id);

}  // namespace drover
