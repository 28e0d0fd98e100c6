/// Reads the flat configuration of the agents that tests run. They take texts and whole numbers
/// only, so a search for the key is enough and the plugins need no library.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

namespace drover::misbehaving {

/// What stands behind `"key":`, or nothing.
[[nodiscard]] inline std::string_view raw_value(std::string_view json, std::string_view key) {
    const std::string quoted = '"' + std::string(key) + '"';
    const std::size_t found = json.find(quoted);
    if (found == std::string_view::npos) {
        return {};
    }
    std::string_view rest = json.substr(found + quoted.size());
    rest.remove_prefix(std::min(rest.find(':') + 1, rest.size()));
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\n"), rest.size()));
    return rest;
}
/// A text without escapes; empty when the key is missing.
[[nodiscard]] inline std::string text_value(std::string_view json, std::string_view key) {
    std::string_view rest = raw_value(json, key);
    if (rest.empty() || rest.front() != '"') {
        return {};
    }
    rest.remove_prefix(1);
    return std::string(rest.substr(0, rest.find('"')));
}
[[nodiscard]] inline std::int64_t number_value(std::string_view json,
                                               std::string_view key,
                                               std::int64_t fallback) {
    const std::string text(raw_value(json, key));
    char* end = nullptr;
    const std::int64_t number = std::strtoll(text.c_str(), &end, 10);
    return end == text.c_str() ? fallback : number;
}

/// When an agent misbehaves: at its Nth message, and only in one of its lives where `once` names a
/// file that the misbehaving life leaves behind.
struct Occasion {
    std::int64_t after = 1;  ///< Key "after": the message at which it happens.
    std::string once;        ///< Key "once": the file.

    void read(std::string_view json) {
        after = number_value(json, "after", 1);
        once = text_value(json, "once");
    }
    /// Whether it happens now; counts the call.
    [[nodiscard]] bool has_come() {
        if (++seen_ < after) {
            return false;
        }
        if (once.empty()) {
            return true;
        }
        const int made = ::open(once.c_str(), O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (made >= 0) {
            ::close(made);
        }
        return made >= 0;
    }

private:
    std::int64_t seen_ = 0;
};

inline constexpr const char* occasion_schema =
    R"({"type":"object","additionalProperties":false,"properties":{
        "after":{"type":"integer","minimum":1},"once":{"type":"string"}}})";

}  // namespace drover::misbehaving
