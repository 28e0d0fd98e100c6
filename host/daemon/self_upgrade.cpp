#include "daemon/self_upgrade.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <utility>
#include <vector>

#include <sys/epoll.h>
#include <unistd.h>

#include "base/json_value.hpp"
#include "daemon/applied_files.hpp"
#include "daemon/fleet_reading.hpp"
#include "daemon/hand_over.hpp"
#include "daemon/output_pipe.hpp"
#include "daemon/state_directory.hpp"

namespace drover {
namespace {

/// No agent can have this name.
constexpr const char* rehearsal_name = "droverd --rehearse";
constexpr auto longest_rehearsal = std::chrono::seconds(60);
constexpr std::size_t most_said = std::size_t{64} << 10U;
/// Promises of other methods count from 1.
constexpr RpcPromise promise_of_upgrade{~std::uint64_t{0}};

Json faults_json(const std::vector<std::string>& faults) {
    return {{"ok", false}, {"faults", faults}};
}

/// What the program says of this fleet.
Json rehearse(const std::filesystem::path& state_directory, const std::filesystem::path& programs) {
    const auto state = StateDirectory::look_at(state_directory);
    if (!state) {
        return faults_json({state.error().message});
    }
    const auto applied = AppliedFiles::open(state.value().applied());
    if (!applied) {
        return faults_json({applied.error().message});
    }
    const auto read = read_applied_fleet(applied.value(), programs, state.value());
    if (!read) {
        return faults_json({read.error().message});
    }
    if (!read.value().faults.empty()) {
        return faults_json(read.value().faults);
    }
    const PreparedFleet& fleet = read.value().fleet;
    std::vector<std::string> unloadable;
    for (std::size_t i = 0; i < fleet.config.agents.size(); ++i) {
        if (fleet.agents[i].cannot_run) {
            unloadable.push_back(fleet.config.agents[i].name);
        }
    }
    return {{"ok", true},
            {"version", DROVER_VERSION},
            {"hand_over", hand_over_format},
            {"unloadable", unloadable}};
}

}  // namespace

SelfUpgrade::SelfUpgrade(EventLoop& loop,
                         Family& family,
                         const PreparedFleet& fleet,
                         std::filesystem::path state_directory,
                         Fulfil fulfil)
    : loop_(loop),
      family_(family),
      fleet_(fleet),
      state_directory_(std::move(state_directory)),
      fulfil_(std::move(fulfil)) {}

SelfUpgrade::~SelfUpgrade() {
    if (child_) {
        loop_.forget(output_.number());
        send_signal(*child_, SIGKILL);
    }
}

RpcAnswer SelfUpgrade::begin(const Json& params, Monotonic now) {
    program_ = value_or<std::string>(params, "program", "");
    if (!program_.is_absolute()) {
        return RpcError{RpcError::invalid_parameters,
                        "'program' must be the absolute path of a droverd, and this is '" +
                            program_.string() + "'."};
    }
    if (is_under_way()) {
        return RpcError{RpcError::refused, "droverd is being replaced already."};
    }
    by_ = value_or<std::string>(params, "by", "a client of the control socket");
    auto pipe = make_pipe();
    if (!pipe) {
        return RpcError{RpcError::unavailable, pipe.error().message};
    }
    LaunchRequest request;
    request.program = program_;
    request.arguments = {"--rehearse", "--state-dir", state_directory_.string()};
    request.output = pipe.value().writing.number();
    auto child = launch(request);
    if (!child) {
        return RpcError{RpcError::refused, child.error().message + " Nothing has changed."};
    }
    child_.emplace(std::move(child.value()));
    family_.started(rehearsal_name, child_->pid, "DROVER_HELPER=rehearse", {});
    output_ = std::move(pipe.value().reading);
    said_.clear();
    deadline_ = now + longest_rehearsal;
    loop_.watch(output_.number(), EPOLLIN, [this](std::uint32_t /*events*/) { hear(); });
    return promise_of_upgrade;
}

void SelfUpgrade::hear() {
    std::array<char, 4096> block{};
    const ssize_t got = ::read(output_.number(), block.data(), block.size());
    if (got > 0 && said_.size() < most_said) {
        said_.append(block.data(), static_cast<std::size_t>(got));
    } else if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        end();
    }
}

void SelfUpgrade::tick(Monotonic now) {
    if (deadline_ && now >= *deadline_) {
        said_ = to_line(faults_json({"it did not answer within a minute"}));
        end();
    }
}

void SelfUpgrade::end() {
    constexpr auto time_to_end = std::chrono::milliseconds(200);
    loop_.forget(output_.number());
    send_signal(*child_, SIGKILL);  // It has said what it had to say.
    (void)wait_for_exit(*child_, time_to_end);
    family_.forget(rehearsal_name);
    child_.reset();
    output_.close();
    deadline_.reset();
    const auto version = verdict();
    if (!version) {
        fulfil_(promise_of_upgrade,
                RpcError{RpcError::refused,
                         program_.string() + " cannot go on with this fleet: " +
                             version.error().message + " Nothing has changed."});
        return;
    }
    next_ = program_;
    fulfil_(
        promise_of_upgrade,
        std::make_unique<Json>(Json{{"program", program_.string()}, {"version", version.value()}}));
}

Result<std::string> SelfUpgrade::verdict() const {
    const auto read = parse_json(said_);
    if (!read || !read.value().is_object() || !read.value().contains("ok")) {
        return Error{ErrorKind::refused, "it is no droverd that could."};
    }
    const Json& said = read.value();
    if (!value_or(said, "ok", false)) {
        const auto faults = value_or(said, "faults", std::vector<std::string>{});
        return Error{ErrorKind::refused, faults.empty() ? "it does not say why." : faults.front()};
    }
    if (value_or(said, "hand_over", 0) != hand_over_format) {
        return Error{
            ErrorKind::refused,
            "it takes over fleets of another format (" +
                std::to_string(value_or(said, "hand_over", 0)) + ", this one is " +
                std::to_string(hand_over_format) +
                "): 'drover down' with the old drover, then 'drover up' with the new one."};
    }
    for (const std::string& name : value_or(said, "unloadable", std::vector<std::string>{})) {
        for (std::size_t i = 0; i < fleet_.config.agents.size(); ++i) {
            if (fleet_.config.agents[i].name == name && !fleet_.agents[i].cannot_run) {
                return Error{ErrorKind::refused,
                             "it cannot load the plugin of '" + name + "', which runs now."};
            }
        }
    }
    return value_or<std::string>(said, "version", "an unknown version");
}

std::filesystem::path SelfUpgrade::take_program() {
    return std::exchange(next_, std::nullopt).value_or("");
}

int run_rehearsal(const std::filesystem::path& state_directory,
                  const std::filesystem::path& programs) {
    const Json verdict = rehearse(state_directory, programs);
    std::printf("%s\n", to_line(verdict).c_str());
    return value_or(verdict, "ok", false) ? 0 : 1;
}

}  // namespace drover
