#include "command/backtest_profile.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/json_value.hpp"
#include "command/text_table.hpp"

namespace drover {
namespace {

std::string fixed(double value, const char* unit = "") {
    std::array<char, 64> text{};
    (void)std::snprintf(text.data(), text.size(), "%.1f%s", value, unit);
    return text.data();
}

/// What the table calls a part: "callbacks of risk".
std::string title_of(const Json& part) {
    const auto kind = part.at("kind").get<std::string>();
    const auto name = part.at("name").get<std::string>();
    return kind == "host" ? name : kind + " of " + name;
}

}  // namespace

std::string profile_table(const Json& profile, std::uint64_t bars) {
    const auto steps = profile.at("steps").get<std::uint64_t>();
    const double divisor = static_cast<double>(bars > 0 ? bars : steps > 0 ? steps : 1);
    double total = 0;
    for (const Json& part : profile.at("parts")) {
        total += part.at("seconds").get<double>();
    }
    TextTable table({{"PART"},
                     {"COUNT", true},
                     {"NS EACH", true},
                     {bars > 0 ? "NS PER BAR" : "NS PER STEP", true},
                     {"SHARE", true}});
    for (const Json& part : profile.at("parts")) {
        const auto count = part.at("count").get<std::uint64_t>();
        const double nanoseconds = part.at("seconds").get<double>() * 1e9;
        const bool is_repeated = part.at("kind") != "preparation" && count > 0;
        table.add({title_of(part),
                   is_repeated ? std::to_string(count) : "-",
                   is_repeated ? fixed(nanoseconds / static_cast<double>(count)) : "-",
                   fixed(nanoseconds / divisor),
                   fixed(total > 0 ? nanoseconds / total / 1e7 : 0, " %")});
    }
    table.add({"in all", "-", "-", fixed(total * 1e9 / divisor), "100.0 %"});
    return "\n" + table.text(0) + "\nOne step in " +
           std::to_string(steps / std::max<std::uint64_t>(
                                      1, profile.at("sampled_steps").get<std::uint64_t>())) +
           " was timed (" + profile.at("sampled_steps").dump() + " of " + std::to_string(steps) +
           "), preparations whole; reading the clock costs " +
           fixed(profile.at("reading_nanoseconds").get<double>()) + " ns and is taken off.\n";
}

}  // namespace drover
