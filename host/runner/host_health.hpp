/// The health of an agent as the host tells it: the plugin's own word, unless the host itself has
/// something worse to say of it.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "runner/transport.hpp"

namespace drover {

/// `report` on any thread, the rest on the agent thread.
class HostHealth {
public:
    explicit HostHealth(AgentObserver& observer) : observer_(observer) {}

    /// The plugin's word. It is kept back while the host's trouble lasts.
    void report(std::int32_t level, std::string_view code, std::string_view text);
    /// The host's word, until `clear`. `code` is what tells one trouble from another.
    void trouble(std::int32_t level, std::string_view code, std::string_view text);
    /// That trouble is over: the plugin's last word holds again.
    void clear(std::string_view code);

private:
    struct Word {
        std::int32_t level = 0;
        std::string code;
        std::string text;
    };
    AgentObserver& observer_;
    std::mutex mutex_;
    std::optional<Word> plugin_;
    std::optional<Word> trouble_;
};

}  // namespace drover
