#include "daemon/kept_units.hpp"

#include <utility>

#include "base/json_value.hpp"

namespace drover {

void KeptUnits::take(Packet packet) {
    const auto read = parse_json(packet.text);
    if (!read || !read.value().is_object()) {
        return;
    }
    const Json& json = read.value();
    if (json.contains("adopt")) {
        is_adopting_ = true;
    } else if (json.contains("over")) {
        is_adopting_ = false;
    } else if (json.contains("program")) {
        program_ = value_or<std::string>(json, "program", "");
    } else if (json.contains("unit")) {
        keep(json, std::move(packet));
    }
}

void KeptUnits::keep(const Json& json, Packet packet) {
    const auto name = value_or<std::string>(json, "unit", "");
    if (value_or(json, "gone", false)) {
        units_.erase(name);
        return;
    }
    Kept& kept = units_[name];
    const auto process = json.find("process");
    const bool has_process = process != json.end() && process->is_object();
    const pid_t pid = has_process ? value_or<pid_t>(*process, "pid", -1) : -1;
    if (pid != kept.pid) {
        kept.end.reset();
        kept.descriptors.clear();
    }
    kept.pid = pid;
    kept.text = std::move(packet.text);
    if (!packet.descriptors.empty()) {
        kept.descriptors = std::move(packet.descriptors);
    }
}

std::optional<std::string> KeptUnits::ended(pid_t pid, const ProcessEnd& end) {
    for (auto& [name, kept] : units_) {
        if (kept.pid == pid) {
            kept.end = end;
            return name;
        }
    }
    return std::nullopt;
}

bool KeptUnits::hand_over(PacketChannel& to, const std::string& why, pid_t from) const {
    using Sending = PacketChannel::Sending;
    const auto send = [&to](const Json& json) {
        return to.send_patiently(to_line(json), {}) == Sending::done;
    };
    if (!send({{"hand_over", hand_over_format}, {"why", why}, {"from", from}})) {
        return false;
    }
    for (const auto& [name, kept] : units_) {
        std::vector<int> numbers;
        for (const FileDescriptor& descriptor : kept.descriptors) {
            numbers.push_back(descriptor.number());
        }
        if (to.send_patiently(kept.text, numbers) != Sending::done ||
            (kept.end && !send({{"unit", name}, {"end", to_json(*kept.end)}}))) {
            return false;
        }
    }
    return send({{"complete", true}});
}

}  // namespace drover
