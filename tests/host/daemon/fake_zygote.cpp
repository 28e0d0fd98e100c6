// Stands for drover-agent as a zygote in the tests of the daemon. What it does, the name of its
// "plugin" says, up to the first dot.
#include <csignal>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/syscall.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"
#include "base/json_value.hpp"
#include "process/descriptor_message.hpp"
#include "process/sibling.hpp"

namespace {

using drover::FileDescriptor;
using drover::Json;

constexpr int channel = 3;

void say(const std::string& text, const std::vector<int>& descriptors = {}) {
    (void)drover::send_message(channel, text, descriptors);
}

void tell(const Json& message, const std::vector<int>& descriptors = {}) {
    say(drover::to_line(message), descriptors);
}

/// Writes who it is to the output that it was handed, and lives until it is killed.
[[noreturn]] void live_as_copy(const Json& order, const std::vector<FileDescriptor>& handed) {
    const std::string text =
        order.at("agent").get<std::string>() + ' ' + order.at("mark").get<std::string>() + '\n';
    (void)!::write(handed.front().number(), text.data(), text.size());
    for (;;) {
        ::pause();
    }
}

void copy(const std::string& act, const Json& order, const std::vector<FileDescriptor>& handed) {
    const auto made = drover::fork_sibling();
    if (!made) {
        tell({{"event", "not_copied"},
              {"ticket", order.at("ticket")},
              {"message", made.error().message}});
        return;
    }
    if (made.value().is_here) {
        live_as_copy(order, handed);
    }
    if (act == "dies_with_a_copy") {
        (void)::raise(SIGKILL);
    }
    Json told{{"event", "copied"}, {"ticket", order.at("ticket")}, {"pid", made.value().pid}};
    if (act == "hides_the_copy") {
        tell(told);
    } else {
        tell(told, {made.value().watch.number()});
    }
}

void obey(const std::string& act, const Json& order, const std::vector<FileDescriptor>& handed) {
    if (act == "is_deaf") {
        return;
    }
    if (act == "cannot_copy" || act == "answers_twice") {
        for (int count = act == "answers_twice" ? 2 : 1; count > 0; --count) {
            tell({{"event", "not_copied"}, {"ticket", order.at("ticket")}, {"message", "no room"}});
        }
    } else if (act == "names_its_parent") {
        const FileDescriptor parent(static_cast<int>(::syscall(SYS_pidfd_open, ::getppid(), 0U)));
        tell({{"event", "copied"}, {"ticket", order.at("ticket")}, {"pid", ::getppid()}},
             {parent.number()});
    } else {
        copy(act, order, handed);
    }
}

/// What it does before it has loaded its plugin; the code that it exits with at once.
std::optional<int> load(const std::string& act) {
    constexpr int crashed = 3;
    constexpr int many_lines = 25;
    constexpr int many_messages = 8;
    if (act == "crashes_while_loading") {
        return crashed;
    }
    if (act == "refuses") {
        tell({{"event", "refused"}, {"message", "the plugin starts threads"}});
        return 1;
    }
    for (int line = 1; act == "talks" && line <= many_lines; ++line) {
        std::printf("line %d\n", line);
    }
    (void)std::fflush(stdout);
    for (int count = 1; act == "is_long_winded" && count <= many_messages; ++count) {
        tell({{"event", "refused"}, {"message", "not yet"}});
    }
    if (act != "never_loads") {
        tell({{"event", "loaded"}});
    }
    if (act == "is_long_winded") {
        (void)::raise(SIGSTOP);
    }
    if (act == "babbles") {
        say("nonsense");
    } else if (act == "says_a_list") {
        say("[1]");
    } else if (act == "loads_twice") {
        tell({{"event", "loaded"}});
    } else if (act == "refuses_late") {
        tell({{"event", "refused"}, {"message", "on second thoughts"}});
    } else if (act == "speaks_unasked") {
        tell({{"event", "copied"}, {"ticket", 99}, {"pid", 1}});
    }
    return std::nullopt;
}

}  // namespace

int main(int count, char** arguments) {
    const std::string plugin = count > 2 ? arguments[2] : "";
    const std::string name = plugin.substr(plugin.rfind('/') + 1);
    const std::string act = name.substr(0, name.find('.'));
    if (const auto code = load(act)) {
        return *code;
    }
    bool is_ended = false;
    while (!is_ended) {
        if (const auto message = drover::receive_message(channel, is_ended)) {
            obey(act, Json::parse(message->text), message->descriptors);
        }
    }
    return 0;
}
