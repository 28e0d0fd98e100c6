#include "runner/tap_child.hpp"

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json_value.hpp"
#include "base/line_channel.hpp"
#include "base/logging.hpp"
#include "link/poller.hpp"
#include "link/tap.hpp"
#include "runner/tap_keys.hpp"
#include "runner/tap_past.hpp"
#include "runner/tap_printer.hpp"
#include "runner/tap_request.hpp"
#include "runner/tap_server.hpp"
#include "wire/message_frame.hpp"

namespace drover {
namespace {

constexpr int tap_channel_descriptor = 3;

/// The part of a pattern before its first wildcard: what ZeroMQ can filter by.
std::string literal_prefix(const std::string& pattern) {
    return pattern.substr(0, pattern.find_first_of("*>"));
}

/// Receives and prints until it has enough.
class Tap {
public:
    Tap(const TapRequest& request, TapReader reader, LineChannel& channel)
        : printer_(request), reader_(std::move(reader)), channel_(channel) {
        if (request.past) {
            place_ = *request.past;
            past_.emplace(place_);
        }
    }

    int run() {
        while (!printer_.has_enough() && !channel_.is_ended()) {
            auto waited = wait();
            if (!waited) {
                log_error(waited.error().message);
                return 1;
            }
            (void)channel_.read_lines();
            take_live();
            if (auto read = read_past(); !read) {
                (void)printer_.flush();
                log_error(read.error().message);
                return 1;
            }
            if (!printer_.flush()) {
                return 1;
            }
        }
        return 0;
    }

private:
    [[nodiscard]] Result<void> wait() {
        poller_.clear();
        poller_.add(reader_, true, false);
        poller_.add(channel_.descriptor(), true, false);
        return poller_.wait(longest_wait());
    }
    /// The log tells nobody that it has grown; the tap's own copies of durable messages do, but the
    /// router may have dropped them, or made them before they are on disk.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> longest_wait() const {
        constexpr std::chrono::milliseconds until_on_disk{20};
        constexpr std::chrono::milliseconds between_looks{500};
        if (!past_) {
            return std::nullopt;
        }
        if (has_more_past_) {
            return std::chrono::nanoseconds(0);
        }
        return past_->is_behind() ? until_on_disk : between_looks;
    }
    void take_live() {
        Frame frame;
        while (!printer_.has_enough() && reader_.receive(frame) == LinkStatus::done) {
            const auto message = MessageFrame::decode(frame.bytes());
            if (past_ && message && message->header.delivery != 0) {
                past_->hear_of(message->header.delivery);
            } else {
                printer_.print(frame.bytes());
            }
        }
    }
    [[nodiscard]] Result<void> read_past() {
        if (!past_) {
            return success();
        }
        auto more = past_->print_more(printer_);
        if (!more) {
            return more.error();
        }
        if (std::exchange(has_more_past_, more.value()) && !more.value() && !is_end_told_) {
            is_end_told_ = true;
            tell_waiting();
        }
        return success();
    }

    /// Of a tap that begins where the log has nothing yet.
    void tell_waiting() const {
        if (past_->has_begun()) {
            return;
        }
        if (place_.time) {
            log_info("The durable log has no message of then or later yet; the tap waits for one.");
        } else if (place_.position > 0) {
            log_info("The durable log ends before position " + std::to_string(place_.position) +
                     "; the tap waits until it is reached.");
        }
    }

    TapPrinter printer_;
    TapRequest::Past place_;
    bool is_end_told_ = false;
    std::optional<TapPast> past_;
    bool has_more_past_ = true;
    TapReader reader_;
    LineChannel& channel_;
    Poller poller_;
};

int print_log_alone(const TapRequest& request) {
    TapPrinter printer(request);
    TapPast past(*request.past);
    auto more = past.print_more(printer);
    while (more && more.value() && !printer.has_enough()) {
        more = past.print_more(printer);
    }
    if (!printer.flush()) {
        return 1;
    }
    if (!more) {
        log_error(more.error().message);
        return 1;
    }
    if (printer.printed() == 0) {
        log_info("The durable log has no message on '" + request.pattern + "' from there on.");
    }
    return 0;
}

int print_live(const TapRequest& request, LineChannel& channel) {
    auto context = LinkContext::open();
    if (!context) {
        log_error(context.error().message);
        return 1;
    }
    auto reader =
        TapReader::connect(context.value(), request.endpoint, literal_prefix(request.pattern));
    if (!reader) {
        log_error(reader.error().message);
        return 1;
    }
    return Tap(request, std::move(reader.value()), channel).run();
}

/// Prints the line by which the key is allowed.
int make_client_key(const std::filesystem::path& file) {
    const auto keys = make_key_file(file);
    if (!keys) {
        log_error(keys.error().message);
        return 1;
    }
    std::printf("%s %s\n", keys.value().public_key.c_str(), file.stem().c_str());
    return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace

int run_tap_child() {
    open_log_of_child("tap", LogLevel::info);
    LineChannel channel{FileDescriptor(tap_channel_descriptor)};
    Poller poller;
    std::vector<std::string> lines;
    while (lines.empty() && !channel.is_ended()) {
        poller.clear();
        poller.add(channel.descriptor(), true, false);
        (void)poller.wait(std::nullopt);
        lines = channel.read_lines();
    }
    auto json = lines.empty()
                    ? Result<Json>(Error{ErrorKind::invalid,
                                         "No request came on descriptor 3; use `drover tap`."})
                    : parse_json(lines.front());
    if (json && json.value().contains("listen")) {
        return run_tap_server(json.value(), channel);
    }
    if (json && json.value().contains("new_key")) {
        return make_client_key(value_or<std::string>(json.value(), "new_key", ""));
    }
    auto request = json ? read_tap_request(json.value()) : Result<TapRequest>(json.error());
    if (!request) {
        log_error(request.error().message);
        return 1;
    }
    const bool is_alone = request.value().endpoint.empty() && request.value().past;
    return is_alone ? print_log_alone(request.value()) : print_live(request.value(), channel);
}

}  // namespace drover
