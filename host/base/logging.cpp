#include "base/logging.hpp"

#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <drover/host.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "base/log_output.hpp"
#include "base/message_type.hpp"
#include "base/printable_text.hpp"

namespace drover {
namespace {

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

std::string line_of(LogLevel level, std::string_view speaker, std::string_view message) {
    return to_line(Json{{"time", iso_time(wall_now())},
                        {"level", name_of(level)},
                        {"speaker", speaker},
                        {"message", message}});
}

std::string sentence_of(LogLevel level, std::string_view speaker, std::string_view message) {
    const bool is_fault = level == LogLevel::warning || level == LogLevel::error;
    return std::string(is_fault ? name_of(level) : "note") + ": " + std::string(speaker) +
           (speaker.empty() ? "" : ": ") + printable(message);
}

/// Lines come as they are to be written.
class ErrorOutputSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    /// Calls `use` with the output, while no other thread does.
    template <typename Use>
    auto with_output(const Use& use) {
        const std::lock_guard lock(mutex_);
        return use(output_);
    }
    void speak_as(std::string_view speaker) { speaker_ = speaker; }
    [[nodiscard]] const std::string& speaker() const { return speaker_; }
    void speak_to_people() {
        speaks_to_people_ = true;
        speaker_.clear();
    }
    /// What is written of a message, in the form that its readers expect.
    [[nodiscard]] std::string text_of(LogLevel level,
                                      std::string_view speaker,
                                      std::string_view message) const {
        return speaks_to_people_ ? sentence_of(level, speaker, message)
                                 : line_of(level, speaker, message);
    }
    void tell_left_out() {
        if (const std::uint64_t count = output_.take_left_out(); count > 0) {
            output_.write(text_of(LogLevel::warning,
                                  speaker_,
                                  std::to_string(count) +
                                      " lines of the log before this one were left out, because "
                                      "nobody had read it for a while."));
        }
    }

protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        tell_left_out();
        output_.write({message.payload.data(), message.payload.size()});
    }
    void flush_() override {}  // A line leaves as soon as it can.

private:
    std::string speaker_ = "drover";
    bool speaks_to_people_ = false;
    LogOutput output_{STDERR_FILENO};
};

struct Log {
    std::shared_ptr<ErrorOutputSink> sink = std::make_shared<ErrorOutputSink>();
    spdlog::logger logger{"drover", sink};
};

Log& the_log() {
    static Log* const log = [] {
        auto made = std::make_unique<Log>();
        made->logger.set_level(spdlog::level::info);
        return made.release();  // Lives as long as the process: threads may log while it exits.
    }();
    return *log;
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
    the_log().sink->speak_as(speaker);
    the_log().logger.set_level(level_of(lowest));
}

void open_log_for_people() {
    the_log().sink->speak_to_people();
}

void open_log_of_child(std::string_view speaker, LogLevel lowest) {
    open_log(speaker, lowest);
    if (std::getenv(log_for_people_variable) != nullptr) {
        open_log_for_people();
    }
}

void log_line(LogLevel level, std::string_view speaker, std::string_view message) {
    Log& log = the_log();
    if (!log.logger.should_log(level_of(level))) {
        return;
    }
    log.logger.log(level_of(level), log.sink->text_of(level, speaker, message));
}

void log_line(LogLevel level, std::string_view message) {
    log_line(level, the_log().sink->speaker(), message);
}

void keep_log_from_blocking(std::chrono::milliseconds patience) {
    the_log().sink->with_output(
        [patience](LogOutput& output) { output.keep_from_blocking(patience); });
}

bool has_kept_log() {
    return the_log().sink->with_output([](const LogOutput& output) { return output.has_kept(); });
}

void flush_log() {
    ErrorOutputSink& sink = *the_log().sink;
    sink.with_output([&sink](LogOutput& output) {
        output.flush();
        sink.tell_left_out();
    });
}

void finish_log(Monotonic deadline) {
    ErrorOutputSink& sink = *the_log().sink;
    sink.with_output([&sink, deadline](LogOutput& output) {
        output.finish(deadline);
        sink.tell_left_out();
    });
}

}  // namespace drover
