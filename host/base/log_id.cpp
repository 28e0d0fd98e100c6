#include "base/log_id.hpp"

#include <cstddef>

namespace drover {
namespace {

constexpr std::string_view hexadecimal_digits = "0123456789abcdef";
constexpr std::size_t size_of_log_id_text = 36;

bool is_dash_before(std::size_t byte) {
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

}  // namespace

std::string to_text(const LogId& log) {
    if (log == LogId{}) {
        return {};
    }
    std::string text;
    text.reserve(size_of_log_id_text);
    for (std::size_t at = 0; at < log.size(); ++at) {
        if (is_dash_before(at)) {
            text += '-';
        }
        text += hexadecimal_digits[log[at] >> 4U];
        text += hexadecimal_digits[log[at] & 15U];
    }
    return text;
}

std::optional<LogId> log_id_from_text(std::string_view text) {
    LogId log{};
    if (text.empty()) {
        return log;
    }
    if (text.size() != size_of_log_id_text) {
        return std::nullopt;
    }
    std::size_t next = 0;
    for (std::size_t at = 0; at < log.size(); ++at) {
        if (is_dash_before(at) && text[next++] != '-') {
            return std::nullopt;
        }
        const std::size_t high = hexadecimal_digits.find(text[next++]);
        const std::size_t low = hexadecimal_digits.find(text[next++]);
        if (high == std::string_view::npos || low == std::string_view::npos) {
            return std::nullopt;
        }
        log[at] = static_cast<std::uint8_t>(high << 4U | low);
    }
    return log == LogId{} ? std::nullopt : std::optional(log);
}

}  // namespace drover
