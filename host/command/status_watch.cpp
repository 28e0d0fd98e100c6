/// Looking, drawing, and waiting for the next look.
#include "command/status_watch.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/live_screen.hpp"
#include "command/status_table.hpp"
#include "command/text_table.hpp"

namespace drover {

namespace {

std::string clock_text() {
    const std::time_t now = wall_now() / std::chrono::nanoseconds(std::chrono::seconds(1)).count();
    std::tm local{};
    ::localtime_r(&now, &local);
    std::array<char, 16> text{};
    (void)std::strftime(text.data(), text.size(), "%H:%M:%S", &local);
    return text.data();
}

class StatusWatch {
public:
    StatusWatch(const StatusOptions& options, ControlClient client)
        : options_(options), client_(std::move(client)) {}

    /// Asks droverd. False when it answers with an error that stays.
    bool look() {
        if (!client_) {
            auto again =
                ControlClient::connect(options_.state_directory, ControlClient::no_patience);
            if (!again) {
                return true;
            }
            client_.emplace(std::move(again.value()));
        }
        const auto document = client_->call("status", status_params(options_), answer_time);
        if (document) {
            document_ = document.value();
            seen_at_ = clock_text();
            return true;
        }
        client_.reset();
        if (document.error().kind == ErrorKind::not_found) {
            refusal_ = document.error();
        }
        return !refusal_;
    }

    [[nodiscard]] std::string text(std::size_t width) const {
        std::string text = status_text(document_, width);
        if (!client_) {
            text = "droverd does not answer; waiting for it. This is how it was at " + seen_at_ +
                   ".\n\n" + text;
        }
        return text;
    }
    /// The document, or null while no droverd answers.
    [[nodiscard]] const Json& document() const {
        static const Json nothing = nullptr;
        return client_ ? document_ : nothing;
    }
    [[nodiscard]] int exit_code() const {
        if (refusal_) {
            return report_answer(*refusal_);
        }
        return client_ ? exit_code_of(options_, document_) : exit_no_droverd;
    }

private:
    const StatusOptions& options_;
    std::optional<ControlClient> client_;
    Json document_ = Json::object();
    std::string seen_at_;
    std::optional<Error> refusal_;
};

void print(const StatusOptions& options, const StatusWatch& watch, bool is_first) {
    if (options.as_json) {
        (void)std::printf("%s\n", to_line(watch.document()).c_str());
    } else {
        (void)std::printf(
            "%s%s\n%s", is_first ? "" : "\n", clock_text().c_str(), watch.text(0).c_str());
    }
    (void)std::fflush(stdout);
}

/// False when the watch is to end.
bool goes_on(LiveScreen& screen, WatchSignals::Event event) {
    if (event == WatchSignals::Event::suspend) {
        screen.suspend();
    }
    return event != WatchSignals::Event::end;
}

}  // namespace

int watch_status(const StatusOptions& options, std::chrono::milliseconds interval) {
    auto client = ControlClient::connect(options.state_directory);
    if (!client) {
        return report(client.error());
    }
    client.value().stay_gone();
    StatusWatch watch(options, std::move(client.value()));
    if (!watch.look()) {
        return watch.exit_code();
    }
    {
        const WatchSignals signals;
        LiveScreen screen;
        Monotonic next = monotonic_now();
        bool is_first = true;
        do {
            if (monotonic_now() >= next) {
                next = monotonic_now() + interval;
                if (!is_first && !watch.look()) {
                    break;
                }
                if (!screen.is_terminal() || options.as_json) {
                    print(options, watch, is_first);
                }
                is_first = false;
            }
            if (screen.is_terminal() && !options.as_json) {
                screen.draw(watch.text(terminal_width()));
            }
        } while (std::ferror(stdout) == 0 && goes_on(screen, signals.wait(next)));
    }
    return watch.exit_code();
}

}  // namespace drover
