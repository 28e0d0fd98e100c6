#include "daemon/daemon_log.hpp"

#include <utility>

#include <unistd.h>

#include "daemon/log_record.hpp"

namespace drover {

Result<DaemonLog> DaemonLog::open(const std::filesystem::path& file) {
    auto opened = RotatingLog::open(file);
    if (!opened) {
        return opened.error();
    }
    return DaemonLog(file, std::move(opened.value()));
}

Result<void> DaemonLog::keep(const LogConfig& config) {
    auto opened = RotatingLog::open(path_, config);
    if (!opened) {
        return opened.error();
    }
    file_ = std::move(opened.value());
    return success();
}

void DaemonLog::write(LogLevel level, std::string_view message) {
    static constexpr const char* words[] = {"debug", "info", "warning", "error"};
    log_line(level, message);
    const LogSource source{"droverd", ::getpid(), "log", run_};
    file_.write(log_record(source, words[static_cast<int>(level)], message));
    file_.flush();
}

}  // namespace drover
