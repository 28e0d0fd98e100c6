#include "runner/tap_child.hpp"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "base/line_channel.hpp"
#include "base/logging.hpp"
#include "base/printable_text.hpp"
#include "base/topic.hpp"
#include "link/poller.hpp"
#include "link/tap.hpp"
#include "runner/tap_keys.hpp"
#include "runner/tap_server.hpp"
#include "wire/frame_json.hpp"

namespace drover {
namespace {

constexpr int tap_channel_descriptor = 3;

/// The part of a pattern before its first wildcard: what ZeroMQ can filter by.
std::string literal_prefix(const std::string& pattern) {
    return pattern.substr(0, pattern.find_first_of("*>"));
}

struct TapRequest {
    std::string endpoint;
    std::string pattern;
    std::uint64_t count = 0;
    std::uint64_t rate = 0;  ///< Messages a second; 0: all.
    bool as_json = false;
    std::map<std::uint32_t, MessageType> types;
    std::map<std::uint32_t, std::string> publishers;
};

Result<TapRequest> read_request(const Json& json) {
    try {
        TapRequest request;
        request.endpoint = json.at("endpoint").get<std::string>();
        request.pattern = json.at("pattern").get<std::string>();
        request.count = value_or<std::uint64_t>(json, "count", 0);
        request.rate = value_or<std::uint64_t>(json, "rate", 0);
        request.as_json = value_or<std::string>(json, "format", "text") == "json";
        for (const Json& entry : json.at("types")) {
            auto type = message_type_from_json(entry);
            if (!type) {
                return type.error();
            }
            request.types.emplace(entry.at("handle").get<std::uint32_t>(), std::move(type.value()));
        }
        for (const auto& [name, handle] : json.at("publishers").items()) {
            request.publishers[handle.get<std::uint32_t>()] = name;
        }
        return request;
    } catch (const Json::exception& error) {
        return Error{ErrorKind::invalid,
                     std::string("The tap's request cannot be read: ") + error.what()};
    }
}

/// One message as a line for people: time, topic, publisher, and the fields.
void print_text(const Json& message) {
    const Json& body = message.contains("records") ? message.at("records") : message.at("value");
    const std::string head = value_or<std::string>(message, "event_time", "") + "  " +
                             value_or<std::string>(message, "topic", "") + "  " +
                             value_or<std::string>(message, "publisher", "");
    if (!body.is_array()) {
        std::printf("%s  %s\n", head.c_str(), to_line(body).c_str());
        return;
    }
    for (const Json& record : body) {
        std::string fields;
        for (const auto& [name, value] : record.items()) {
            const std::string text = value.is_string() ? value.get<std::string>() : to_line(value);
            if (!value.is_null() && !text.empty()) {
                fields += "  " + name + "=" + printable(text);
            }
        }
        std::printf("%s%s\n", head.c_str(), fields.c_str());
    }
}

/// Receives and prints until it has enough.
class Tap {
public:
    Tap(TapRequest request, TapReader reader, LineChannel& channel)
        : request_(std::move(request)), reader_(std::move(reader)), channel_(channel) {
        names_.type = [this](std::uint32_t handle) -> const MessageType* {
            const auto found = request_.types.find(handle);
            return found == request_.types.end() ? nullptr : &found->second;
        };
        names_.publisher = [this](std::uint32_t handle) -> std::string {
            const auto found = request_.publishers.find(handle);
            return found == request_.publishers.end() ? "" : found->second;
        };
    }

    int run() {
        while (!has_enough() && !channel_.is_ended()) {
            poller_.clear();
            poller_.add(reader_, true, false);
            poller_.add(channel_.descriptor(), true, false);
            if (auto waited = poller_.wait(std::nullopt); !waited) {
                log_error(waited.error().message);
                return 1;
            }
            (void)channel_.read_lines();
            Frame frame;
            while (!has_enough() && reader_.receive(frame) == LinkStatus::done) {
                print(frame.bytes());
            }
            if (std::fflush(stdout) != 0) {
                log_error(std::string("The messages cannot be written: ") + std::strerror(errno) +
                          ".");
                return 1;
            }
        }
        return 0;
    }

private:
    [[nodiscard]] bool has_enough() const {
        return request_.count > 0 && printed_ >= request_.count;
    }
    void print(std::span<const std::byte> bytes) {
        const auto message = MessageFrame::decode(bytes);
        if (!message || !topic_matches(request_.pattern, message->topic) || is_too_many()) {
            return;
        }
        const Json json = message_to_json(*message, names_);
        if (request_.as_json) {
            std::printf("%s\n", to_line(json).c_str());
        } else if (json.contains("records") || json.contains("value")) {
            print_text(json);
        } else {
            std::printf("%s\n", to_line(json).c_str());
        }
        ++printed_;
    }

    /// Whether the running second has had its share; says so once it is over.
    bool is_too_many() {
        constexpr auto second = std::chrono::seconds(1);
        if (request_.rate == 0) {
            return false;
        }
        const Monotonic now = monotonic_now();
        if (now - second_began_ >= second) {
            if (passed_over_ > 0) {
                (void)std::fflush(stdout);
                log_info(std::to_string(passed_over_) +
                         " messages were passed over, to keep to --rate " +
                         std::to_string(request_.rate) + ".");
            }
            second_began_ = now;
            in_second_ = 0;
            passed_over_ = 0;
        }
        if (in_second_ < request_.rate) {
            ++in_second_;
            return false;
        }
        ++passed_over_;
        return true;
    }

    TapRequest request_;
    TapReader reader_;
    LineChannel& channel_;
    FrameNames names_;
    Poller poller_;
    std::uint64_t printed_ = 0;
    Monotonic second_began_{};
    std::uint64_t in_second_ = 0;
    std::uint64_t passed_over_ = 0;  ///< In the running second.
};

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
    open_log("tap", LogLevel::info);
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
    auto request = json ? read_request(json.value()) : Result<TapRequest>(json.error());
    if (!request) {
        log_error(request.error().message);
        return 1;
    }
    auto context = LinkContext::open();
    if (!context) {
        log_error(context.error().message);
        return 1;
    }
    auto reader = TapReader::connect(
        context.value(), request.value().endpoint, literal_prefix(request.value().pattern));
    if (!reader) {
        log_error(reader.error().message);
        return 1;
    }
    return Tap(std::move(request.value()), std::move(reader.value()), channel).run();
}

}  // namespace drover
