#include "daemon/custody.hpp"

#include <functional>
#include <utility>

#include "base/json_value.hpp"
#include "daemon/hand_over.hpp"

namespace drover {

using Sending = PacketChannel::Sending;

void Custody::begin() {
    is_on_ = guard_.is_open();
    say({{"adopt", true}});
}

void Custody::end() {
    say({{"over", true}});
    is_on_ = false;
}

void Custody::name_program(const std::filesystem::path& program) {
    say({{"program", program.string()}});
}

void Custody::say(const Json& json) {
    if (guard_.is_open() && is_on_) {
        (void)guard_.send_patiently(to_line(json), {});
    }
}

void Custody::keep(const std::string& unit,
                   const Json& memory,
                   const ProcessLife* life,
                   const Json& last_end) {
    if (!is_on_) {
        return;
    }
    Json packet = {{"unit", unit},
                   {"memory", memory},
                   {"process", life == nullptr ? Json() : to_json(*life)},
                   {"last_end", last_end}};
    std::string text = to_line(packet);
    const std::size_t digest = std::hash<std::string>()(text);
    Sent& sent = sent_[unit];
    const pid_t pid = life == nullptr ? -1 : life->child.pid;
    const bool is_new = pid != sent.pid && life != nullptr;
    if (digest == sent.digest && pid == sent.pid) {
        return;
    }
    const std::vector<int> numbers = is_new ? descriptors_of(*life) : std::vector<int>();
    Sending outcome = guard_.send(text, numbers);
    if (outcome == Sending::too_large) {
        packet["memory"].erase("history");  // Better than to lose the unit.
        outcome = guard_.send(to_line(packet), numbers);
    }
    if (outcome == Sending::would_block) {
        unsent_.insert(unit);
        return;
    }
    sent = {digest, pid};
}

void Custody::forget(const std::string& unit) {
    if (is_on_ && sent_.erase(unit) > 0) {
        say({{"unit", unit}, {"gone", true}});
    }
}

std::set<std::string> Custody::take_unsent() {
    return std::exchange(unsent_, {});
}

std::vector<Json> Custody::news() {
    std::vector<Json> news;
    while (guard_.is_open()) {
        const auto packet = guard_.receive();
        if (!packet) {
            break;
        }
        auto json = parse_json(packet->text);
        if (json && json.value().is_object()) {
            news.push_back(std::move(json.value()));
        }
    }
    return news;
}

}  // namespace drover
