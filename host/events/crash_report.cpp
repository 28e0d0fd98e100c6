/// One file a report, in a folder an agent.
#include "events/crash_report.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>

#include "base/file_text.hpp"
#include "base/json_value.hpp"
#include "base/message_type.hpp"

namespace drover {

namespace {

constexpr double nanoseconds_in_a_second = 1e9;

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

template <typename Value>
Json or_null(const std::optional<Value>& value) {
    return value ? Json(*value) : Json(nullptr);
}

double seconds_of(std::int64_t nanoseconds) {
    return static_cast<double>(nanoseconds) / nanoseconds_in_a_second;
}

/// 12 of "12.json"; nothing for any other name.
std::optional<std::uint64_t> life_of(const std::filesystem::path& file) {
    const std::string stem = file.stem().string();
    std::uint64_t life = 0;
    const auto [end, error] = std::from_chars(stem.data(), stem.data() + stem.size(), life);
    const bool is_number = error == std::errc() && end == stem.data() + stem.size();
    return is_number && file.extension() == ".json" ? std::optional(life) : std::nullopt;
}

}  // namespace

Json to_json(const CrashReport& report) {
    Json backtrace = Json::array();
    for (const ReportedFrame& frame : report.backtrace) {
        backtrace.push_back({{"module", text_or_null(frame.module)},
                             {"offset", frame.offset},
                             {"module_size", frame.module_size},
                             {"module_changed", frame.module_changed}});
    }
    Json lines = Json::array();
    for (const std::string& line : report.last_lines) {
        const auto parsed = parse_json(line);
        lines.push_back(parsed ? parsed.value() : Json(line));
    }
    return {
        {"agent", report.agent},
        {"time", iso_time(report.time)},
        {"run", report.run},
        {"life", report.life},
        {"pid", report.pid},
        {"reason", report.reason},
        {"exit",
         {{"code", or_null(report.exit.code)},
          {"signal", or_null(report.exit.signal)},
          {"text", report.exit.text}}},
        {"uptime_seconds", seconds_of(report.uptime)},
        {"callback",
         {{"name", text_or_null(report.callback)},
          {"port", text_or_null(report.port)},
          {"was_running", report.was_in_callback},
          {"seconds",
           report.was_in_callback ? Json(seconds_of(report.callback_time)) : Json(nullptr)}}},
        {"fault_address", report.fault_address == 0 ? Json(nullptr) : Json(report.fault_address)},
        {"backtrace", std::move(backtrace)},
        {"last_lines", std::move(lines)}};
}

std::vector<std::filesystem::path> CrashReports::of(const std::string& agent) const {
    std::vector<std::filesystem::path> files;
    std::error_code failure;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / agent, failure)) {
        if (life_of(entry.path())) {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files, {}, [](const auto& file) { return *life_of(file); });
    return files;
}

Result<std::filesystem::path> CrashReports::save(const CrashReport& report) const {
    const auto file = folder_ / report.agent / (std::to_string(report.life) + ".json");
    const std::filesystem::path draft = file.string() + ".new";
    std::error_code failure;
    std::filesystem::create_directories(file.parent_path(), failure);
    std::ofstream output(draft, std::ios::binary | std::ios::trunc);
    output << to_line(to_json(report)) << '\n';
    output.close();
    if (!failure && output) {
        std::filesystem::rename(draft, file, failure);
    }
    if (failure || !output) {
        return Error{ErrorKind::unavailable,
                     "The crash report " + file.string() + " cannot be written: " +
                         (failure ? failure.message() : std::strerror(errno)) + "."};
    }
    auto files = of(report.agent);
    for (; files.size() > most; files.erase(files.begin())) {
        std::filesystem::remove(files.front(), failure);
    }
    return file;
}

std::optional<Json> CrashReports::last(const std::string& agent) const {
    auto files = of(agent);
    for (auto file = files.rbegin(); file != files.rend(); ++file) {
        auto report = parse_json(read_file_text(*file).value_or(""));
        if (report && report.value().is_object()) {
            return std::move(report.value());
        }
    }
    return std::nullopt;
}

}  // namespace drover
