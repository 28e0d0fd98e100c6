#include "runner/tap_printer.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "base/json_value.hpp"
#include "base/logging.hpp"
#include "base/printable_text.hpp"
#include "base/topic.hpp"

namespace drover {
namespace {

/// One message as a line for people: time, topic, publisher, and the fields.
void print_text(const MessageJson& message) {
    const Json& keys = message.keys;
    const std::string head = value_or<std::string>(keys, "event_time", "") + "  " +
                             value_or<std::string>(keys, "topic", "") + "  " +
                             value_or<std::string>(keys, "publisher", "");
    if (message.value) {
        std::printf("%s  %s\n", head.c_str(), printable(on_one_line(*message.value)).c_str());
        return;
    }
    for (const Json& record : keys.at("records")) {
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

}  // namespace

TapPrinter::TapPrinter(const TapRequest& request) : request_(request) {
    names_.type = [this](std::uint32_t handle) -> const MessageType* {
        const auto found = request_.types.find(handle);
        return found == request_.types.end() ? nullptr : &found->second;
    };
    names_.publisher = [this](std::uint32_t handle) -> std::string {
        const auto found = request_.publishers.find(handle);
        return found == request_.publishers.end() ? "" : found->second;
    };
}

void TapPrinter::print(std::span<const std::byte> frame) {
    const auto message = MessageFrame::decode(frame);
    if (!message || !topic_matches(request_.pattern, message->topic) || is_too_many()) {
        return;
    }
    MessageJson json = message_to_json(*message, names_);
    if (message->header.delivery != 0) {
        json.keys["position"] = message->header.delivery;
    }
    if (request_.as_json || json.keys.contains("problem")) {
        std::printf("%s\n", json.line().c_str());
    } else {
        print_text(json);
    }
    ++printed_;
}

bool TapPrinter::flush() {
    if (std::fflush(stdout) == 0) {
        return true;
    }
    log_error(std::string("The messages cannot be written: ") + std::strerror(errno) + ".");
    return false;
}

/// Whether the running second has had its share; says so once it is over.
bool TapPrinter::is_too_many() {
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

}  // namespace drover
