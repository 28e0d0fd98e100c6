#include "daemon/hand_over.hpp"

#include <utility>

#include "base/json_value.hpp"

namespace drover {
namespace {

/// Channel, page, pidfd, standard output, standard error.
constexpr std::size_t descriptors_of_a_life = 5;

template <typename Value>
std::optional<Value> optional_in(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found == json.end() || found->is_null() ? std::nullopt
                                                   : std::optional(found->get<Value>());
}

std::int64_t count_of(Monotonic time) {
    return time.time_since_epoch().count();
}

Monotonic time_in(const Json& json, const char* key) {
    return Monotonic(Nanoseconds(value_or<std::int64_t>(json, key, 0)));
}

void take(Inheritance& inheritance, const Json& json, std::vector<FileDescriptor> descriptors) {
    InheritedUnit& unit = inheritance.units[json.at("unit").get<std::string>()];
    if (json.contains("end")) {
        unit.end = process_end_from_json(json.at("end"));
        return;
    }
    unit.memory = json.at("memory");
    unit.process = json.at("process");
    unit.last_end = json.at("last_end");
    unit.descriptors = std::move(descriptors);
}

}  // namespace

Json to_json(const ProcessEnd& end) {
    return {{"code", end.status.code ? Json(*end.status.code) : Json()},
            {"signal", end.status.signal ? Json(*end.status.signal) : Json()},
            {"time", count_of(end.time)}};
}

ProcessEnd process_end_from_json(const Json& json) {
    return {{optional_in<int>(json, "code"), optional_in<int>(json, "signal")},
            time_in(json, "time")};
}

Json to_json(const ProcessLife& life) {
    return {{"pid", life.child.pid},
            {"mark", life.mark},
            {"life", life.source.life},
            {"incarnation", life.link.incarnation},
            {"endpoint", life.link.endpoint},
            {"token", life.link.token},
            {"user", life.link.user ? Json(*life.link.user) : Json()},
            {"started", count_of(life.started)},
            {"ended", count_of(life.ended)},
            {"memory_kills_before",
             life.memory_kills_before ? Json(*life.memory_kills_before) : Json()},
            {"hang_timeout", life.watch.timeout().count()},
            {"was_asked_to_stop", life.was_asked_to_stop},
            {"has_completed", life.has_completed},
            {"is_ready", life.is_ready},
            {"has_ended", life.has_ended},
            {"is_condemned", life.is_condemned},
            {"was_hung", life.was_hung},
            {"is_overdue", life.is_overdue},
            {"origin", static_cast<int>(life.origin)},
            {"why_by_exec", life.why_by_exec},
            {"is_child_of_guard", life.is_child_of_guard}};
}

std::vector<int> descriptors_of(const ProcessLife& life) {
    std::vector<int> numbers = {
        life.channel.descriptor(), life.page.descriptor(), life.child.watch.number()};
    for (const auto& output : life.outputs) {
        numbers.push_back(output->descriptor());
    }
    return numbers;
}

Result<std::unique_ptr<ProcessLife>> life_from_json(const std::string& unit,
                                                    const Json& json,
                                                    std::vector<FileDescriptor> descriptors,
                                                    std::uint64_t run,
                                                    AgentLog& log) {
    if (descriptors.size() != descriptors_of_a_life) {
        return Error{ErrorKind::invalid,
                     "The process of " + unit + " was handed over with " +
                         std::to_string(descriptors.size()) + " descriptors in the place of " +
                         std::to_string(descriptors_of_a_life) + "."};
    }
    auto page = StatusPage::take_over(std::move(descriptors[1]));
    if (!page) {
        return page.error();
    }
    const auto pid = value_or<pid_t>(json, "pid", -1);
    auto life = std::unique_ptr<ProcessLife>(
        new ProcessLife{unit,
                        Child{pid, std::move(descriptors[2])},
                        LineChannel(std::move(descriptors[0])),
                        std::move(page.value()),
                        HangWatch(Nanoseconds(value_or<std::int64_t>(json, "hang_timeout", 0))),
                        {},
                        {},
                        {}});
    life->source = {unit, pid, "droverd", run, value_or<std::uint64_t>(json, "life", 0)};
    const char* streams[] = {"stdout", "stderr"};
    for (std::size_t stream = 0; stream < std::size(streams); ++stream) {
        LogSource source = life->source;
        source.stream = streams[stream];
        life->outputs.push_back(
            std::make_unique<OutputPipe>(std::move(descriptors[3 + stream]), source, log));
    }
    life->mark = value_or<std::string>(json, "mark", "");
    life->link = {value_or<std::uint32_t>(json, "incarnation", 0),
                  value_or<std::string>(json, "endpoint", ""),
                  value_or<std::string>(json, "token", ""),
                  optional_in<std::uint32_t>(json, "user")};
    life->started = time_in(json, "started");
    life->ended = time_in(json, "ended");
    life->memory_kills_before = optional_in<std::uint64_t>(json, "memory_kills_before");
    life->was_asked_to_stop = value_or(json, "was_asked_to_stop", false);
    life->has_completed = value_or(json, "has_completed", false);
    life->is_ready = value_or(json, "is_ready", false);
    life->has_ended = value_or(json, "has_ended", false);
    life->is_condemned = value_or(json, "is_condemned", false);
    life->was_hung = value_or(json, "was_hung", false);
    life->is_overdue = value_or(json, "is_overdue", false);
    life->origin = static_cast<Origin>(value_or(json, "origin", static_cast<int>(Origin::exec)));
    life->why_by_exec = value_or<std::string>(json, "why_by_exec", "");
    life->is_child_of_guard = value_or(json, "is_child_of_guard", false);
    return life;
}

Result<Inheritance> receive_inheritance(PacketChannel& guard) {
    Inheritance inheritance;
    try {
        while (true) {
            auto packet = guard.await();
            if (!packet) {
                return packet.error();
            }
            const Json json = Json::parse(packet.value().text);
            if (json.contains("hand_over")) {
                if (json.at("hand_over").get<int>() != hand_over_format) {
                    return Error{ErrorKind::invalid,
                                 "The fleet is handed over in format " +
                                     std::to_string(json.at("hand_over").get<int>()) +
                                     ", and this droverd reads format " +
                                     std::to_string(hand_over_format) + "."};
                }
                inheritance.why = json.at("why").get<std::string>();
                inheritance.from = json.at("from").get<pid_t>();
            } else if (json.contains("complete")) {
                return inheritance;
            } else if (json.contains("unit")) {
                take(inheritance, json, std::move(packet.value().descriptors));
            }
        }
    } catch (const Json::exception& fault) {
        return Error{
            ErrorKind::invalid,
            std::string("What the guard hands over cannot be understood: ") + fault.what() + "."};
    }
}

}  // namespace drover
