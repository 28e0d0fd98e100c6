// One thread, and no ZeroMQ context: neither survives a copy.
#include "runner/zygote.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/json_value.hpp"
#include "base/logging.hpp"
#include "link/link_context.hpp"
#include "plugin/plugin_library.hpp"
#include "process/descriptor_message.hpp"
#include "process/early_binding.hpp"
#include "process/sibling.hpp"
#include "runner/live_agent.hpp"
#include "runner/sqlite_file.hpp"

namespace drover {
namespace {

constexpr int zygote_channel = 3;
constexpr int handed_over = 4;  // Standard output, errors, control channel, status page.
constexpr int first_handed_over = 1;
constexpr int first_untouched = 5;
constexpr const char* own_name = "drover-zygote";
constexpr const char* agent_name = "drover-agent";

/// What the supervisor wants a copy for.
struct CopyRequest {
    std::uint64_t ticket = 0;
    std::string agent;
    std::string mark;  ///< "NAME=VALUE" for its environment.
    pid_t parent = -1;
    bool dies_with_parent = true;
    std::vector<FileDescriptor> descriptors;
};

std::optional<CopyRequest> read_copy_request(DescriptorMessage message) {
    const auto json = parse_json(message.text);
    if (!json || !json.value().is_object() || message.descriptors.size() != handed_over) {
        return std::nullopt;
    }
    const Json& keys = json.value();
    CopyRequest request;
    request.ticket = value_or<std::uint64_t>(keys, "ticket", 0);
    request.agent = value_or<std::string>(keys, "agent", "");
    request.mark = value_or<std::string>(keys, "mark", "");
    request.parent = value_or<pid_t>(keys, "parent", -1);
    request.dies_with_parent = value_or(keys, "dies_with_parent", true);
    request.descriptors = std::move(message.descriptors);
    return request;
}

/// Why the loaded plugin cannot be copied as it stands; nothing when it can.
std::optional<std::string> obstacle_to_copying(const std::vector<int>& descriptors_before) {
    if (thread_count() != 1) {
        return "the plugin starts threads while it is loaded, and those do not survive a copy";
    }
    if (descriptors_in_use() != descriptors_before) {
        return "the plugin opens files or sockets while it is loaded, and all copies would share "
               "them";
    }
    return std::nullopt;
}

/// Keeps the numbers that an agent expects occupied, so that what is handed over lands beyond them.
void hold_places() {
    int number = ::fcntl(zygote_channel, F_DUPFD_CLOEXEC, zygote_channel);
    while (number >= 0 && number < first_untouched - 1) {
        number = ::fcntl(zygote_channel, F_DUPFD_CLOEXEC, zygote_channel);
    }
    if (number >= first_untouched) {
        ::close(number);  // They were occupied already.
    }
}

/// Puts what was handed over to the numbers that an agent expects. Returns whether it could.
bool take_places(std::vector<FileDescriptor> descriptors) {
    for (FileDescriptor& descriptor : descriptors) {
        if (descriptor.number() < first_untouched) {  // The plugin has freed a number.
            descriptor =
                FileDescriptor(::fcntl(descriptor.number(), F_DUPFD_CLOEXEC, first_untouched));
        }
    }
    int place = first_handed_over;
    return std::ranges::all_of(descriptors, [&place](const FileDescriptor& descriptor) {
        return ::dup2(descriptor.number(), place++) >= 0;
    });
}

/// What every copy would otherwise do for itself. No thread, and no descriptor stays open.
void make_copies_cheap() {
    open_log(agent_name, LogLevel::info);
    SqliteFile::make_ready();
    LinkContext::make_ready();
}

/// What the copy does before it is an agent: it leaves the zygote's session, descriptors and name.
int become_agent(CopyRequest request,
                 std::shared_ptr<PluginLibrary> library,
                 char** arguments,
                 int count) {
    constexpr int could_not_prepare = 126;
    if (!take_places(std::move(request.descriptors))) {
        return could_not_prepare;
    }
    ::setsid();
    if (request.dies_with_parent) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        if (::getppid() != request.parent) {
            return could_not_prepare;  // The supervisor ended before the signal was asked for.
        }
    }
    if (!overwrite_environment(request.mark)) {
        return could_not_prepare;
    }
    overwrite_arguments(arguments, count, {"--live", request.agent});
    ::prctl(PR_SET_NAME, agent_name, 0, 0, 0);
    return run_live_agent(std::move(library));
}

void tell_supervisor(const Json& message, const std::vector<int>& descriptors = {}) {
    (void)send_message(zygote_channel, to_line(message), descriptors);
}

}  // namespace

int run_zygote(const std::filesystem::path& plugin, char** arguments, int count) {
    ::fcntl(zygote_channel, F_SETFD, FD_CLOEXEC);
    hold_places();
    forget_early_binding();
    make_copies_cheap();
    const std::vector<int> before = descriptors_in_use();
    auto library = PluginLibrary::load(plugin);
    auto obstacle =
        library ? obstacle_to_copying(before) : std::optional<std::string>(library.error().message);
    if (obstacle) {
        tell_supervisor({{"event", "refused"}, {"message", *obstacle}});
        return 1;
    }
    ::prctl(PR_SET_NAME, own_name, 0, 0, 0);
    tell_supervisor({{"event", "loaded"}});
    bool is_ended = false;
    while (!is_ended) {
        auto message = receive_message(zygote_channel, is_ended);
        auto request = message ? read_copy_request(std::move(*message)) : std::nullopt;
        if (!request) {
            continue;
        }
        (void)std::fflush(nullptr);  // What waits in buffers would be written by every copy.
        // A plugin's timer or signal handler may have changed something since it was loaded.
        obstacle = thread_count() == 1 ? std::nullopt : obstacle_to_copying(before);
        auto copy =
            obstacle ? Result<Sibling>(Error{ErrorKind::unavailable, *obstacle}) : fork_sibling();
        if (!copy) {
            tell_supervisor({{"event", "not_copied"},
                             {"ticket", request->ticket},
                             {"message", copy.error().message}});
        } else if (copy.value().is_here) {
            return become_agent(std::move(*request), std::move(library.value()), arguments, count);
        } else {
            tell_supervisor(
                {{"event", "copied"}, {"ticket", request->ticket}, {"pid", copy.value().pid}},
                {copy.value().watch.number()});
        }
    }
    return 0;
}

}  // namespace drover
