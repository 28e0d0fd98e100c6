// Agents that treat what their process has as if it were theirs alone.
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "plugins_that_misbehave/occasional_agent.hpp"
#include "plugins_that_misbehave/test_config.hpp"
#include "plugins_that_misbehave/test_topics.hpp"

namespace drover::misbehaving {

/// Opens files until there are no descriptors left, and keeps them.
class LeaksDescriptors final : public Agent {
public:
    static constexpr About about{"leak-descriptors",
                                 "1.0.0",
                                 "drover tests",
                                 "Opens all descriptors there are.",
                                 DROVER_AGENT_STATELESS};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> ticks{0, "ticks", "test.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);

    void on_message(const Message&) override {
        if (is_full_) {
            return;
        }
        // The limit may be millions; the last ones are what hurts.
        constexpr int most = 100'000;
        for (int count = 0; count < most && !is_full_; ++count) {
            is_full_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC) < 0;
        }
        is_full_ = true;
        healthy("no descriptor is left");
    }

private:
    bool is_full_ = false;
};

/// Closes the descriptors that connect its process with the supervisor.
class ClosesDescriptors final : public OccasionalAgent {
public:
    static constexpr About about{"close-descriptors",
                                 "1.0.0",
                                 "drover tests",
                                 "Closes the host's descriptors.",
                                 DROVER_AGENT_STATELESS,
                                 occasion_schema};
    static constexpr In<Tick> ticks{0, "ticks", "test.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);

    void on_message(const Message&) override {
        if (has_come()) {
            for (int number = 3; number < 64; ++number) {
                ::close(number);
            }
        }
    }
};

/// Takes memory until somebody stops it, and uses all of it.
class EatsMemory final : public Agent {
public:
    static constexpr About about{"eat-memory",
                                 "1.0.0",
                                 "drover tests",
                                 "Takes 8 MiB with each message.",
                                 DROVER_AGENT_STATELESS,
                                 occasion_schema};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> ticks{0, "ticks", "test.>", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);

    void configure(const Config& config) override { occasion_.read(config.json); }
    void on_message(const Message&) override {
        constexpr std::size_t bite = std::size_t{8} << 20U;
        constexpr std::size_t most =
            64;  // Enough for every limit of a test; never a machine's all.
        is_hungry_ = is_hungry_ || occasion_.has_come();
        if (is_hungry_ && eaten_.size() < most) {
            eaten_.emplace_back(bite, 'x');
        }
    }

private:
    Occasion occasion_;
    bool is_hungry_ = false;
    std::vector<std::string> eaten_;
};

}  // namespace drover::misbehaving

DROVER_LIBRARY(drover::misbehaving::LeaksDescriptors,
               drover::misbehaving::ClosesDescriptors,
               drover::misbehaving::EatsMemory)
