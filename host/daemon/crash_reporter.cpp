#include "daemon/crash_reporter.hpp"

#include <csignal>
#include <map>
#include <utility>

#include <sys/stat.h>

#include "base/clock.hpp"

namespace drover {
namespace {

bool has_port(CallbackKind kind) {
    return kind == CallbackKind::on_message || kind == CallbackKind::on_request;
}

/// Looks at the files once the process is gone, so that a later look knows whether they are the
/// same.
void note_modules(std::vector<ReportedFrame>& frames) {
    struct Seen {
        std::uint64_t size = 0;
        std::int64_t changed = 0;
    };
    constexpr std::int64_t nanoseconds = 1'000'000'000;
    std::map<std::string, Seen> seen;
    for (ReportedFrame& frame : frames) {
        const auto [known, is_new] = seen.try_emplace(frame.module);
        struct stat about {};
        if (is_new && ::stat(frame.module.c_str(), &about) == 0) {
            known->second = {static_cast<std::uint64_t>(about.st_size),
                             about.st_mtim.tv_sec * nanoseconds + about.st_mtim.tv_nsec};
        }
        frame.module_size = known->second.size;
        frame.module_changed = known->second.changed;
    }
}

}  // namespace

bool CrashReporter::is_unexpected(const ProcessLife& life, const ExitStatus& status) {
    if (life.was_asked_to_stop && !life.was_hung) {
        return !status.is_success() && status.signal != SIGTERM && status.signal != SIGKILL;
    }
    return !status.is_success() || !(life.is_ready || life.has_completed);
}

void CrashReporter::take(const ProcessLife& life,
                         const ExitStatus& status,
                         const std::string& reason,
                         const AgentLog& log) {
    CrashReport report;
    report.agent = life.unit;
    report.time = wall_now() - (monotonic_now() - life.ended).count();
    report.run = life.source.run;
    report.life = life.source.life;
    report.pid = life.child.pid;
    report.reason = reason;
    report.exit = {status.code, status.signal, status.text()};
    report.uptime = (life.ended - life.started).count();
    add_callback(life, report);
    if (const auto capture = read_capture(life.page.layout().crash)) {
        report.fault_address = capture->address;
        for (const CrashFrame& frame : capture->frames) {
            report.backtrace.push_back({frame.module, frame.offset, 0, 0});
        }
    }
    report.last_lines = log.last_lines();
    taken_.push_back(std::move(report));
}

void CrashReporter::add_callback(const ProcessLife& life, CrashReport& report) const {
    const StatusPageLayout& page = life.page.layout();
    const auto kind = static_cast<CallbackKind>(page.callback.load(std::memory_order_relaxed));
    if (kind == CallbackKind::none) {
        return;
    }
    report.callback = text_of(kind);
    if (has_port(kind)) {
        report.port = port_name(life.unit, page.port.load(std::memory_order_relaxed));
    }
    const std::int64_t began = page.began.load(std::memory_order_relaxed);
    const std::int64_t ended = life.ended.time_since_epoch().count();
    report.was_in_callback = began != 0 && began <= ended;
    report.callback_time = report.was_in_callback ? ended - began : 0;
}

std::string CrashReporter::port_name(const std::string& unit, std::uint32_t port) const {
    const AgentConfig* const config = fleet_.config.find(unit);
    if (config == nullptr) {
        return "";
    }
    const auto index = static_cast<std::size_t>(config - fleet_.config.agents.data());
    const AgentDescription* const about = fleet_.agents[index].description;
    return about != nullptr && port < about->ports.size() ? about->ports[port].name : "";
}

std::vector<std::string> CrashReporter::write() {
    std::vector<std::string> sentences;
    for (CrashReport& report : std::exchange(taken_, {})) {
        note_modules(report.backtrace);
        const auto saved = reports_.save(report);
        sentences.push_back(saved ? report.agent + ": what is known of its end stands in " +
                                        saved.value().string() + "; 'drover describe " +
                                        report.agent + "' shows it."
                                  : saved.error().message);
    }
    return sentences;
}

}  // namespace drover
