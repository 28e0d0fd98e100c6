/// What `drover tap` asks of its child.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/message_type.hpp"
#include "base/result.hpp"

namespace drover {

struct TapRequest {
    /// Where in the durable log the tap begins.
    struct Past {
        std::filesystem::path folder;        ///< Of the log.
        std::uint64_t position = 0;          ///< 0: the oldest that is kept.
        std::optional<std::int64_t> time{};  ///< Publish time of the first message, ns.
    };

    std::string endpoint;  ///< Of the router's tap; empty: no fleet runs, only the log is read.
    std::string pattern;
    std::optional<Past> past;
    std::uint64_t count = 0;  ///< 0: without end.
    std::uint64_t rate = 0;   ///< Messages a second; 0: all.
    bool as_json = false;
    std::map<std::uint32_t, MessageType> types;
    std::map<std::uint32_t, std::string> publishers;
};

/// Keys: run_tap_child. Fails with a sentence.
[[nodiscard]] Result<TapRequest> read_tap_request(const Json& json);

}  // namespace drover
