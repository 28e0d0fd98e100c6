#include "runner/agent_process.hpp"

#include <utility>

#include <unistd.h>

#include "base/clock.hpp"
#include "base/logging.hpp"
#include "process/programs_folder.hpp"

namespace drover {
namespace {

constexpr int channel_descriptor = 3;
constexpr int page_descriptor = 4;
/// Long enough for a droverd that lives; messages do not wait longer for who reads the log.
constexpr auto first_wait_for_reader = std::chrono::milliseconds(10);
constexpr auto longest_goodbye = std::chrono::milliseconds(500);

}  // namespace

std::optional<AgentProcess::Parts> AgentProcess::attach(const std::string& command) {
    keep_log_from_blocking(first_wait_for_reader);
    auto page = StatusPage::attach(page_descriptor);
    Wakeup wakeup;
    if (!page || !wakeup.is_open()) {
        log_error(page ? "No event descriptor can be made."
                       : page.error().message + " drover-agent is started by droverd; use `" +
                             command + "`.");
        return std::nullopt;
    }
    StatusPage::capture_crashes_on(page_descriptor, programs_folder() / "drover-agent");
    return Parts{std::move(wakeup), std::move(page.value())};
}

AgentProcess::AgentProcess(Parts parts)
    : wakeup_(std::move(parts.wakeup)),
      page_(std::move(parts.page)),
      channel_(FileDescriptor(channel_descriptor), [this] { wakeup_.wake(); }) {}

Result<ConfigureMessage> take_configuration(const Json& configure) {
    auto wanted = read_configure(configure);
    if (wanted) {
        open_log(wanted.value().setup.name, LogLevel::info);
    }
    return wanted;
}

Result<bool> start_agent(std::optional<AgentRunner>& runner,
                         const std::function<Result<void>()>& before) {
    if (!runner) {
        return Error{ErrorKind::invalid, "The agent was started before it was configured."};
    }
    if (auto prepared = runner->prepare(); !prepared) {
        return prepared.error();
    }
    if (auto done = before(); !done) {
        return done.error();
    }
    return runner->start();
}

Poller& AgentProcess::begin_wait() {
    poller_.clear();
    channel_index_ = poller_.add(channel_.descriptor(), true, channel_.has_unsent());
    wakeup_index_ = poller_.add(wakeup_.number(), true, false);
    if (has_kept_log()) {
        poller_.add(STDERR_FILENO, false, true);
    }
    return poller_;
}

Result<void> AgentProcess::wait(std::optional<std::chrono::nanoseconds> longest) {
    if (auto waited = poller_.wait(longest); !waited) {
        return waited;
    }
    channel_.flush();
    flush_log();
    has_channel_news_ = poller_.is_readable(channel_index_);
    if (poller_.is_readable(wakeup_index_)) {
        wakeup_.clear();
    }
    return success();
}

void AgentProcess::finish() {
    channel_.finish(monotonic_now() + longest_goodbye);
    finish_log(monotonic_now() + longest_goodbye);
}

}  // namespace drover
