// An agent that leaves a process behind: in a session of its own, deaf to SIGTERM.
#include <csignal>
#include <cstdlib>

#include <unistd.h>

#include "plugins_that_misbehave/test_config.hpp"
#include "plugins_that_misbehave/test_topics.hpp"

namespace drover::misbehaving {
namespace {

/// Runs on until somebody kills it. Forked twice, so that its parent is gone as well.
void leave_a_child() {
    const pid_t child = ::fork();
    if (child != 0) {
        return;
    }
    ::setsid();
    ::signal(SIGTERM, SIG_IGN);
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGHUP, SIG_IGN);
    if (::fork() == 0) {
        ::setsid();
    }
    for (;;) {
        ::pause();
    }
}

}  // namespace

class ForksAChild final : public Agent {
public:
    static constexpr About about{"fork",
                                 "1.0.0",
                                 "drover tests",
                                 "Forks a child and a grandchild that ignore SIGTERM.",
                                 DROVER_AGENT_STATELESS,
                                 R"({"type":"object","additionalProperties":false,"properties":{
                                     "then":{"enum":["run","exit"]}}})"};
    static constexpr bool keeps_state = false;
    static constexpr std::array<drover_port, 0> ports{};

    void configure(const Config& config) override { then_ = text_value(config.json, "then"); }
    bool start() override {
        leave_a_child();
        if (then_ == "exit") {
            ::_exit(7);
        }
        return true;
    }

private:
    std::string then_;
};

}  // namespace drover::misbehaving

DROVER_LIBRARY(drover::misbehaving::ForksAChild)
