/// An agent that misbehaves at a moment which its config names, and works until then.
#pragma once

#include <drover/agent.hpp>

#include "plugins_that_misbehave/test_config.hpp"

namespace drover::misbehaving {

/// Its config is that of `occasion_schema`.
class OccasionalAgent : public Agent {
public:
    static constexpr bool keeps_state = false;

    void configure(const Config& config) override { occasion_.read(config.json); }

protected:
    /// Whether the moment is now; counts the call.
    [[nodiscard]] bool has_come() { return occasion_.has_come(); }

private:
    Occasion occasion_;
};

}  // namespace drover::misbehaving
