#include "daemon/agent_log.hpp"

#include <chrono>
#include <utility>

namespace drover {
namespace {

/// Of a remembered line; longer ones are cut, so that droverd stays small.
constexpr std::size_t longest_remembered = 4096;

}  // namespace

Result<AgentLog> AgentLog::open(const std::filesystem::path& file, const LogConfig& config) {
    auto opened = RotatingLog::open(file, config);
    if (!opened) {
        return opened.error();
    }
    return AgentLog(file, std::move(opened.value()), config);
}

AgentLog::AgentLog(std::filesystem::path path, RotatingLog file, const LogConfig& config)
    : path_(std::move(path)), file_(std::move(file)), config_(config) {}

Result<void> AgentLog::keep(const LogConfig& config) {
    if (config == config_) {
        return success();
    }
    file_.flush();
    auto opened = RotatingLog::open(path_, config);
    if (!opened) {
        return opened.error();
    }
    file_ = std::move(opened.value());
    config_ = config;
    told_lost_ = 0;
    return success();
}

void AgentLog::add(const LogSource& source, std::string_view line, Monotonic now) {
    const std::int64_t time = wall_now();
    tell_missing(now);
    last_source_ = source;
    remember(source, line, time);
    if (may_write(now)) {
        file_.write(record_of_output(source, line, time, mask_));
    } else {
        ++suppressed_;
    }
}

void AgentLog::note(LogSource source, std::string_view level, std::string_view message) {
    source.stream = "droverd";
    file_.write(log_record(source, level, mask_.masked(message)));
}

bool AgentLog::may_write(Monotonic now) {
    if (config_.rate == 0) {
        return true;
    }
    if (now - second_began_ >= std::chrono::seconds(1)) {
        second_began_ = now;
        written_in_second_ = 0;
    }
    return ++written_in_second_ <= config_.rate;
}

void AgentLog::tell_missing(Monotonic now) {
    if (suppressed_ > 0 && now - second_began_ >= std::chrono::seconds(1)) {
        note(last_source_,
             "warning",
             std::to_string(std::exchange(suppressed_, 0)) + " lines suppressed: more than " +
                 std::to_string(config_.rate) + " in a second (log.rate)");
        file_.flush();
    }
    if (const std::uint64_t lost = file_.lost_lines(); lost > told_lost_) {
        note(last_source_, "error", "lines are missing here: the disk did not take them");
        file_.flush();
        if (file_.lost_lines() == lost) {
            told_lost_ = lost;
        }
    }
}

void AgentLog::remember(const LogSource& source, std::string_view line, std::int64_t time) {
    if (last_lines_.size() == most) {
        last_lines_.pop_front();
    }
    const std::size_t length =
        line.size() <= longest_remembered ? line.size() : mask_.cut(line, longest_remembered);
    last_lines_.push_back({source, std::string(line.substr(0, length)), time});
}

std::vector<std::string> AgentLog::last_lines() const {
    std::vector<std::string> records;
    for (const Line& line : last_lines_) {
        records.push_back(record_of_output(line.source, line.text, line.time, mask_));
    }
    return records;
}

}  // namespace drover
