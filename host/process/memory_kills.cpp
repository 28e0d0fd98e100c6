#include "process/memory_kills.hpp"

#include <charconv>
#include <string_view>

#include "base/file_text.hpp"

namespace drover {

std::optional<std::uint64_t> count_memory_kills(const std::filesystem::path& statistics) {
    const auto text = read_file_text(statistics);
    if (!text) {
        return std::nullopt;
    }
    constexpr std::string_view label = "\noom_kill ";
    const std::size_t at = text->find(label);
    if (at == std::string::npos) {
        return std::nullopt;
    }
    std::uint64_t count = 0;
    const char* const first = text->data() + at + label.size();
    const auto [end, fault] = std::from_chars(first, text->data() + text->size(), count);
    return fault == std::errc() ? std::optional(count) : std::nullopt;
}

}  // namespace drover
