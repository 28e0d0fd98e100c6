/// Looking, drawing, and listening to keys.
#include "command/top_verb.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <unistd.h>

#include "base/json_value.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/live_screen.hpp"

namespace drover {

namespace {

class Top {
public:
    Top(const TopOptions& options, ControlClient client)
        : options_(options), client_(std::move(client)) {
        view_.sorted_by = options.sorted_by;
    }

    int run() {
        look();
        const WatchSignals signals;
        LiveScreen screen;
        screen.read_keys();
        Monotonic next = monotonic_now() + options_.interval;
        while (true) {
            screen.draw(text(screen));
            const auto event = signals.wait(next, STDIN_FILENO);
            if (event == WatchSignals::Event::end) {
                break;
            }
            if (event == WatchSignals::Event::suspend) {
                screen.suspend();
            }
            if (!take_keys(screen)) {
                break;
            }
            if (monotonic_now() >= next) {
                next = monotonic_now() + options_.interval;
                look();
            }
        }
        return exit_ok;
    }

private:
    /// Asks droverd; goes on with the next one when it went away.
    void look() {
        if (!client_) {
            if (auto again =
                    ControlClient::connect(options_.state_directory, ControlClient::no_patience)) {
                client_.emplace(std::move(again.value()));
            } else {
                return;
            }
        }
        auto document = client_->call("status", Json::object(), answer_time);
        if (document) {
            document_ = std::move(document.value());
            rates_.look(document_, std::chrono::steady_clock::now());
        } else {
            client_.reset();
        }
    }

    [[nodiscard]] std::string text(const LiveScreen& screen) {
        std::string told;
        if (!client_) {
            told = "droverd does not answer; waiting for it. This is how it was.\n";
        }
        const std::size_t rows = screen.rows() - (told.empty() ? 0 : 1);
        return told + top_text(document_, rates_, view_, rows, screen.columns());
    }

    /// False when the person wants to leave, or nobody can press a key any more.
    bool take_keys(const LiveScreen& screen) {
        for (std::string key = screen.key(); !key.empty(); key = screen.key()) {
            if (key == "q" || key == "Q") {
                return false;
            }
            take(key, screen.rows());
        }
        return true;
    }

    void take(const std::string& key, std::size_t page) {
        if (const auto column = column_of_key(key)) {
            view_.is_reversed = *column == view_.sorted_by && !view_.is_reversed;
            view_.sorted_by = *column;
        } else if (key == "R") {
            view_.is_reversed = !view_.is_reversed;
        } else if (key == "<" || key == "left") {
            view_.sorted_by = next_column(view_.sorted_by, -1);
        } else if (key == ">" || key == "right") {
            view_.sorted_by = next_column(view_.sorted_by, 1);
        } else if (key == "down" || key == "j") {
            ++view_.first;
        } else if (key == "up" || key == "k") {
            view_.first -= view_.first > 0 ? 1 : 0;
        } else if (key == "page down") {
            view_.first += page;
        } else if (key == "page up") {
            view_.first -= std::min(view_.first, page);
        } else if (key == "home") {
            view_.first = 0;
        } else if (key == "end") {
            view_.first = SIZE_MAX / 2;
        }
    }

    const TopOptions& options_;
    std::optional<ControlClient> client_;
    Json document_ = Json::object();
    TopRates rates_;
    TopView view_;
};

}  // namespace

int run_top(const TopOptions& options) {
    if (::isatty(STDOUT_FILENO) == 0 || ::isatty(STDIN_FILENO) == 0) {
        return report({ErrorKind::invalid,
                       "top needs a terminal; elsewhere there is 'drover status --watch'."});
    }
    auto client = ControlClient::connect(options.state_directory);
    if (!client) {
        return report(client.error());
    }
    client.value().stay_gone();
    return Top(options, std::move(client.value())).run();
}

}  // namespace drover
