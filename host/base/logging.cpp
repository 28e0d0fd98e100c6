#include "base/logging.hpp"

#include <memory>
#include <string>

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <drover/host.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "base/message_type.hpp"

namespace drover {
namespace {

struct Log {
    std::string speaker = "drover";
    spdlog::logger logger{"drover", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

Log& the_log() {
    static Log* const log = [] {
        auto made = std::make_unique<Log>();
        made->logger.set_pattern("%v");
        made->logger.set_level(spdlog::level::info);
        made->logger.flush_on(spdlog::level::trace);
        return made.release();  // Lives as long as the process: threads may log while it exits.
    }();
    return *log;
}

spdlog::level::level_enum level_of(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warning:
            return spdlog::level::warn;
        case LogLevel::error:
            break;
    }
    return spdlog::level::err;
}

std::string_view name_of(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return "debug";
        case LogLevel::info:
            return "info";
        case LogLevel::warning:
            return "warning";
        case LogLevel::error:
            break;
    }
    return "error";
}

}  // namespace

LogLevel agent_log_level(std::int32_t number) {
    switch (number) {
        case DROVER_LOG_DEBUG:
            return LogLevel::debug;
        case DROVER_LOG_WARNING:
            return LogLevel::warning;
        case DROVER_LOG_ERROR:
            return LogLevel::error;
        default:
            return LogLevel::info;
    }
}

void open_log(std::string_view speaker, LogLevel lowest) {
    the_log().speaker = speaker;
    the_log().logger.set_level(level_of(lowest));
}

void log_line(LogLevel level, std::string_view speaker, std::string_view message) {
    Log& log = the_log();
    if (!log.logger.should_log(level_of(level))) {
        return;
    }
    Json line = {{"time", iso_time(wall_now())},
                 {"level", name_of(level)},
                 {"speaker", speaker},
                 {"message", message}};
    log.logger.log(level_of(level), to_line(line));
}

void log_line(LogLevel level, std::string_view message) {
    log_line(level, the_log().speaker, message);
}

}  // namespace drover
