#include "daemon/daemon_options.hpp"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/json_value.hpp"

namespace drover {
namespace {

Error bad(const std::string& sentence) {
    return {ErrorKind::invalid, sentence};
}

Result<int> read_descriptor(const std::string& option, const std::string& text) {
    int number = -1;
    const auto [rest, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || rest != text.data() + text.size() || number < 0 ||
        ::fcntl(number, F_GETFD) < 0) {
        return bad(option + " takes the number of an open descriptor, not '" + text + "'.");
    }
    return number;
}

/// Takes one option with a value.
Result<void> take(DaemonOptions& options, const std::string& option, const std::string& value) {
    if (option == "--file") {
        options.file = value;
    } else if (option == "--state-dir") {
        options.state_directory = value;
    } else if (option == "--lifeline" || option == "--ready" || option == "--take-over") {
        const auto number = read_descriptor(option, value);
        if (!number) {
            return number.error();
        }
        int& target = option == "--ready"      ? options.ready
                      : option == "--lifeline" ? options.lifeline
                                               : options.take_over;
        target = number.value();
    } else {
        return bad("droverd does not know the argument '" + option + "'.");
    }
    return success();
}

void write_line(int descriptor, const Json& json) {
    if (descriptor < 0) {
        return;
    }
    const std::string text = to_line(json) + "\n";
    std::string_view rest = text;
    while (!rest.empty()) {
        const ssize_t wrote = ::write(descriptor, rest.data(), rest.size());
        if (wrote < 0 && errno != EINTR) {
            return;  // Whoever waited for it is gone.
        }
        rest.remove_prefix(wrote > 0 ? static_cast<std::size_t>(wrote) : 0);
    }
}

}  // namespace

std::vector<std::string> DaemonOptions::for_supervisor(int lifeline_there,
                                                       int ready_there,
                                                       bool as_successor) const {
    std::vector<std::string> arguments = {
        "--supervisor", "--file", file.string(), "--state-dir", state_directory.string()};
    if (fresh && !as_successor) {
        arguments.emplace_back("--fresh");
    }
    if (as_successor) {
        arguments.emplace_back("--go-on");
    }
    for (const auto& [option, own, there] :
         {std::tuple{"--lifeline", lifeline, lifeline_there}, {"--ready", ready, ready_there}}) {
        if (own >= 0 && !(as_successor && option == std::string_view("--ready"))) {
            arguments.emplace_back(option);
            arguments.push_back(std::to_string(there));
        }
    }
    return arguments;
}

Result<DaemonOptions> read_daemon_options(const std::vector<std::string>& arguments) {
    DaemonOptions options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& option = arguments[i];
        if (option == "--fresh") {
            options.fresh = true;
        } else if (option == "--supervisor") {
            options.is_supervisor = true;
        } else if (option == "--rehearse") {
            options.is_rehearsal = true;
        } else if (option == "--go-on") {
            options.goes_on = true;
        } else if (i + 1 == arguments.size()) {
            return bad("droverd does not know the argument '" + option +
                       "', or its value is missing.");
        } else if (const auto taken = take(options, option, arguments[++i]); !taken) {
            return taken.error();
        }
    }
    if ((options.file.empty() && !options.is_rehearsal) || options.state_directory.empty()) {
        return bad("droverd needs --file and --state-dir.");
    }
    return options;
}

std::string daemon_usage() {
    return "droverd runs a fleet of agents. People start it with `drover up`.\n"
           "\n"
           "  droverd --file FILE --state-dir DIR [--fresh] [--lifeline FD] [--ready FD]\n"
           "\n"
           "  --file FILE       the fleet: an agents.yaml\n"
           "  --state-dir DIR   where state, logs and the lock lie; made if it is missing\n"
           "  --fresh           forget the agents' state first\n"
           "  --lifeline FD     end in order when this descriptor ends\n"
           "  --ready FD        write one line of JSON there once the control socket listens\n"
           "  --rehearse        with --state-dir: say whether this droverd could go on with the\n"
           "                    fleet that runs there, as `drover upgrade --self` asks\n"
           "  --version\n"
           "\n"
           "Exit codes: 0 after an orderly end, 1 when the fleet cannot be started or the\n"
           "supervisor was lost, 2 for wrong arguments.\n";
}

void report_started(int descriptor, const std::filesystem::path& run_directory) {
    write_line(descriptor,
               Json{{"ok", true},
                    {"pid", ::getpid()},
                    {"guard_pid", ::getppid()},
                    {"run_directory", run_directory.string()}});
}

void report_faults(int descriptor, const std::vector<std::string>& faults) {
    if (descriptor < 0) {
        for (const std::string& fault : faults) {
            std::fprintf(stderr, "%s\n", fault.c_str());
        }
        return;
    }
    write_line(descriptor, Json{{"ok", false}, {"faults", faults}});
}

}  // namespace drover
