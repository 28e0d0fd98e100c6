/// The names of signals, and asking droverd to send one.
#include "command/signal_verb.hpp"

#include <cctype>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "base/json_value.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/person.hpp"
#include "process/launcher.hpp"

namespace drover {

std::optional<int> signal_number(std::string_view text) {
    int number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault == std::errc() && end == text.data() + text.size()) {
        return number > 0 && number < NSIG ? std::optional(number) : std::nullopt;
    }
    std::string name;
    for (const char letter : text) {
        name += static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    }
    name = name.starts_with("SIG") ? name : "SIG" + name;
    for (number = 1; number < NSIG; ++number) {
        if (name == signal_name(number)) {
            return number;
        }
    }
    return std::nullopt;
}

int run_signal(const SignalOptions& options) {
    auto client = ControlClient::connect(options.state_directory);
    if (!client) {
        return report(client.error());
    }
    const std::string name = signal_name(options.signal);
    const auto sent =
        client.value().call("signal",
                            {{"name", options.agent},
                             {"signal", options.signal},
                             {"by", wished_by("signal " + options.agent + " " + name)}},
                            answer_time);
    if (!sent) {
        return report_answer(sent.error());
    }
    std::printf("%s was sent to %s (pid %d).\n",
                name.c_str(),
                options.agent.c_str(),
                value_or<int>(sent.value(), "pid", -1));
    return exit_ok;
}

}  // namespace drover
