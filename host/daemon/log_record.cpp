#include "daemon/log_record.hpp"

#include <utility>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "base/message_type.hpp"

namespace drover {
namespace {

std::string record(const LogSource& source,
                   std::string_view time,
                   std::string_view level,
                   std::string_view message) {
    Json json = {{"time", time}, {"agent", source.agent}, {"pid", source.pid}};
    if (source.run != 0) {
        json["run"] = source.run;
    }
    if (source.life != 0) {
        json["life"] = source.life;
    }
    json["stream"] = source.stream;
    json["level"] = level;
    json["message"] = message;
    return to_line(json);
}

bool is_text(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string();
}

}  // namespace

std::string log_record(const LogSource& source, std::string_view level, std::string_view message) {
    return record(source, iso_time(wall_now()), level, message);
}

std::string record_of_output(const LogSource& source,
                             std::string_view line,
                             std::int64_t time,
                             const SecretMask& mask) {
    if (line.starts_with('{')) {
        const auto parsed = parse_json(line);
        if (parsed && is_text(parsed.value(), "level") && is_text(parsed.value(), "message")) {
            const Json& own = parsed.value();
            return record(source,
                          is_text(own, "time") ? own.at("time").get<std::string>() : iso_time(time),
                          mask.masked(own.at("level").get<std::string>()),
                          mask.masked(own.at("message").get<std::string>()));
        }
    }
    return record(
        source, iso_time(time), source.stream == "stderr" ? "warning" : "info", mask.masked(line));
}

}  // namespace drover
