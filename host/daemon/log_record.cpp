#include "daemon/log_record.hpp"

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "base/message_type.hpp"

namespace drover {
namespace {

std::string record(const LogSource& source,
                   std::string_view time,
                   std::string_view level,
                   std::string_view message) {
    return to_line(Json{{"time", time},
                        {"agent", source.agent},
                        {"pid", source.pid},
                        {"stream", source.stream},
                        {"level", level},
                        {"message", message}});
}

bool is_text(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string();
}

}  // namespace

std::string log_record(const LogSource& source, std::string_view level, std::string_view message) {
    return record(source, iso_time(wall_now()), level, message);
}

std::string record_of_output(const LogSource& source, std::string_view line) {
    if (line.starts_with('{')) {
        const auto parsed = parse_json(line);
        if (parsed && is_text(parsed.value(), "level") && is_text(parsed.value(), "message")) {
            const Json& own = parsed.value();
            const std::string time =
                is_text(own, "time") ? own.at("time").get<std::string>() : iso_time(wall_now());
            return record(source,
                          time,
                          own.at("level").get<std::string>(),
                          own.at("message").get<std::string>());
        }
    }
    return log_record(source, source.stream == "stderr" ? "warning" : "info", line);
}

}  // namespace drover
