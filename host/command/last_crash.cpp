/// Asks drover-backtrace for the names, so that this program need not load a reader of debug files.
#include "command/last_crash.hpp"

#include <cstdio>
#include <utility>

#include <sys/stat.h>

#include "base/json_value.hpp"
#include "command/child_with_request.hpp"
#include "events/crash_report.hpp"

namespace drover {

namespace {

/// Whether a frame's file is the one that it was when the process ran.
bool is_same_file(const Json& frame) {
    constexpr std::int64_t nanoseconds = 1'000'000'000;
    struct stat about {};
    return ::stat(value_or<std::string>(frame, "module", "").c_str(), &about) == 0 &&
           static_cast<std::uint64_t>(about.st_size) ==
               value_or<std::uint64_t>(frame, "module_size", 0) &&
           about.st_mtim.tv_sec * nanoseconds + about.st_mtim.tv_nsec ==
               value_or<std::int64_t>(frame, "module_changed", 0);
}

/// One object a frame with what is known of it; null when nobody could be asked.
Json names_of(const Json& backtrace) {
    Json frames = Json::array();
    for (const Json& frame : backtrace) {
        frames.push_back({{"module", is_same_file(frame) ? frame.at("module") : Json("")},
                          {"offset", frame.at("offset")},
                          {"is_return", !frames.empty()}});
    }
    auto child =
        ChildWithRequest::start("--serve", {{"frames", std::move(frames)}}, "drover-backtrace");
    if (!child) {
        return nullptr;
    }
    const auto answer = child.value().wait_for_answer();
    (void)child.value().wait_for_exit();
    const auto names = answer ? parse_json(*answer) : Error{ErrorKind::unavailable, ""};
    return names ? value_or<Json>(names.value(), "names", nullptr) : Json(nullptr);
}

Json text_or_null(const Json& object, const char* key) {
    const auto text = value_or<std::string>(object, key, "");
    return text.empty() ? Json(nullptr) : Json(text);
}

void add_names(Json& backtrace) {
    const Json names = names_of(backtrace);
    for (std::size_t number = 0; number < backtrace.size(); ++number) {
        const Json name =
            names.is_array() && number < names.size() ? names.at(number) : Json::object();
        Json& frame = backtrace.at(number);
        const int line = value_or<int>(name, "line", 0);
        frame["function"] = text_or_null(name, "function");
        frame["file"] = text_or_null(name, "file");
        frame["line"] = line > 0 ? Json(line) : Json(nullptr);
    }
}

std::string place_of(const Json& frame) {
    const auto file = value_or<std::string>(frame, "file", "");
    if (!file.empty()) {
        return file + ":" + std::to_string(value_or<int>(frame, "line", 0));
    }
    char offset[32];
    (void)std::snprintf(
        offset,
        sizeof offset,
        "0x%llx",
        static_cast<unsigned long long>(value_or<std::uint64_t>(frame, "offset", 0)));
    const auto module = value_or<std::string>(frame, "module", "");
    return module.empty() ? offset : module + "+" + offset;
}

}  // namespace

std::optional<Json> last_crash_of(const std::filesystem::path& state_directory,
                                  const std::string& agent) {
    auto report = CrashReports(state_directory / "crashes").last(agent);
    if (report && report->contains("backtrace") && report->at("backtrace").is_array() &&
        !report->at("backtrace").empty()) {
        add_names(report->at("backtrace"));
    }
    return report;
}

Json readable_crash(const Json& report) {
    Json readable = report;
    readable.erase("agent");
    readable["exit"] =
        value_or<std::string>(value_or<Json>(report, "exit", Json::object()), "text", "");
    Json frames = Json::array();
    for (const Json& frame : value_or<Json>(report, "backtrace", Json::array())) {
        frames.push_back({{"frame", frames.size()},
                          {"function", text_or_null(frame, "function")},
                          {"at", place_of(frame)}});
    }
    readable["backtrace"] = std::move(frames);
    Json lines = Json::array();
    for (const Json& line : value_or<Json>(report, "last_lines", Json::array())) {
        lines.push_back({{"time", value_or<std::string>(line, "time", "")},
                         {"level", value_or<std::string>(line, "level", "")},
                         {"message", value_or<std::string>(line, "message", "")}});
    }
    readable["last_lines"] = std::move(lines);
    return readable;
}

}  // namespace drover
