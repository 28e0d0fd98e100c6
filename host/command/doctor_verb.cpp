/// Printing what the checks found.
#include "command/doctor_verb.hpp"

#include <algorithm>
#include <cstdio>

#include "base/json_value.hpp"
#include "base/printable_text.hpp"
#include "command/exit_code.hpp"
#include "command/text_table.hpp"

namespace drover {

namespace {

bool has_failed(const std::vector<CheckResult>& results) {
    return std::ranges::any_of(
        results, [](const CheckResult& result) { return result.verdict == Verdict::fail; });
}

}  // namespace

std::string doctor_text(const std::vector<CheckResult>& results) {
    constexpr std::size_t width_of_verdict = 6;
    std::size_t width = 0;
    for (const CheckResult& result : results) {
        width = std::max(width, result.name.size() + 2);
    }
    std::string text;
    for (const CheckResult& result : results) {
        const std::string between = result.found.ends_with('.') ? " " : ". ";
        text += padded(text_of(result.verdict), width_of_verdict) + padded(result.name, width) +
                printable(result.found) +
                (result.advice.empty() ? "" : between + printable(result.advice)) + "\n";
    }
    return text;
}

Json doctor_json(const std::vector<CheckResult>& results) {
    Json checks = Json::array();
    for (const CheckResult& result : results) {
        checks.push_back({{"name", result.name},
                          {"verdict", text_of(result.verdict)},
                          {"found", result.found},
                          {"advice", result.advice.empty() ? Json(nullptr) : Json(result.advice)}});
    }
    return {{"ok", !has_failed(results)}, {"checks", std::move(checks)}};
}

int run_doctor(const DoctorOptions& options) {
    const auto results = run_checks(options.place);
    const std::string text =
        options.as_json ? to_line(doctor_json(results)) + "\n" : doctor_text(results);
    (void)std::fputs(text.c_str(), stdout);
    return has_failed(results) ? exit_failed : exit_ok;
}

}  // namespace drover
