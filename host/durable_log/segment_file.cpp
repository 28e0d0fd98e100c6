#include "durable_log/segment_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace drover {
namespace {

constexpr std::string_view segment_ending = ".segment";
constexpr std::size_t digits_of_position = 20;

std::optional<std::uint64_t> position_in(const std::string& name) {
    if (name.size() != digits_of_position + segment_ending.size() ||
        !name.ends_with(segment_ending)) {
        return std::nullopt;
    }
    std::uint64_t position = 0;
    const char* const end = name.data() + digits_of_position;
    const auto [last, error] = std::from_chars(name.data(), end, position);
    return error == std::errc() && last == end ? std::optional(position) : std::nullopt;
}

}  // namespace

std::filesystem::path segment_path(const std::filesystem::path& folder,
                                   std::uint64_t first_position) {
    std::array<char, digits_of_position + 1> digits{};
    std::snprintf(
        digits.data(), digits.size(), "%020llu", static_cast<unsigned long long>(first_position));
    return folder / (std::string(digits.data()) + std::string(segment_ending));
}

std::filesystem::path unfinished_path(const std::filesystem::path& folder) {
    return folder / "unfinished";
}

Result<std::vector<SegmentFile>> list_segments(const std::filesystem::path& folder) {
    std::vector<SegmentFile> segments;
    std::error_code error;
    if (!std::filesystem::exists(folder, error)) {
        return segments;
    }
    for (auto entry = std::filesystem::directory_iterator(folder, error);
         !error && entry != std::filesystem::directory_iterator();
         entry.increment(error)) {
        const auto position = position_in(entry->path().filename().string());
        const std::uint64_t size = position ? entry->file_size(error) : 0;
        if (error == std::errc::no_such_file_or_directory) {
            error.clear();  // The log's owner has removed it meanwhile.
        } else if (position && !error) {
            segments.push_back({*position, size});
        }
    }
    if (error) {
        return Error{ErrorKind::unavailable,
                     "The folder '" + folder.string() +
                         "' of the durable log cannot be read: " + error.message() + "."};
    }
    std::ranges::sort(segments, {}, &SegmentFile::first_position);
    return segments;
}

Result<OpenSegment> open_segment(const std::filesystem::path& file, bool for_writing) {
    FileDescriptor opened(::open(file.c_str(), (for_writing ? O_RDWR : O_RDONLY) | O_CLOEXEC));
    if (!opened.is_open()) {
        return Error{ErrorKind::unavailable,
                     "'" + file.string() +
                         "' of the durable log cannot be opened: " + std::strerror(errno) + "."};
    }
    std::array<std::byte, sizeof(SegmentHeader)> bytes{};
    const ssize_t got = ::pread(opened.number(), bytes.data(), bytes.size(), 0);
    if (got < 0) {
        return Error{ErrorKind::unavailable,
                     "'" + file.string() +
                         "' of the durable log cannot be read: " + std::strerror(errno) + "."};
    }
    auto header =
        decode_header(std::span(bytes).first(static_cast<std::size_t>(got)), file.string());
    if (!header) {
        return header.error();
    }
    return OpenSegment{std::move(opened), header.value()};
}

}  // namespace drover
