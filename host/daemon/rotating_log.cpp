#include "daemon/rotating_log.hpp"

#include <utility>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/rotating_file_sink.h>

namespace drover {

struct RotatingLog::Sink {
    Sink(const std::string& file, const LogConfig& config)
        : rotating(file, config.max_size, static_cast<std::size_t>(config.max_files - 1)) {
        rotating.set_pattern("%v");
    }
    spdlog::sinks::rotating_file_sink_st rotating;
};

Result<RotatingLog> RotatingLog::open(const std::filesystem::path& file, const LogConfig& config) {
    try {
        return RotatingLog(std::make_unique<Sink>(file.string(), config));
    } catch (const std::exception& fault) {
        return Error{ErrorKind::unavailable,
                     "The log " + file.string() + " cannot be opened: " + fault.what() + "."};
    }
}

RotatingLog::RotatingLog(std::unique_ptr<Sink> sink) : sink_(std::move(sink)) {}
RotatingLog::RotatingLog(RotatingLog&& other) noexcept = default;
RotatingLog& RotatingLog::operator=(RotatingLog&& other) noexcept = default;
RotatingLog::~RotatingLog() = default;

void RotatingLog::write(std::string_view line) {
    try {
        sink_->rotating.log(
            spdlog::details::log_msg(spdlog::string_view_t(),
                                     spdlog::level::info,
                                     spdlog::string_view_t(line.data(), line.size())));
    } catch (const std::exception&) {
        ++lost_lines_;  // The disk is full, say. The fleet goes on.
    }
}

void RotatingLog::flush() {
    try {
        sink_->rotating.flush();
    } catch (const std::exception&) {
        ++lost_lines_;
    }
}

}  // namespace drover
