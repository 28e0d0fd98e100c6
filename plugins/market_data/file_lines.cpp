/// Reads a file block by block and cuts it into lines.
#include "market_data/file_lines.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <drover/agent.hpp>

namespace drover {
namespace {

/// Stays in the processor's cache between being read and being cut.
constexpr std::size_t block_size = std::size_t{128} << 10U;
/// A device that never ends its line must not fill the memory.
constexpr std::size_t longest_line = std::size_t{1} << 20U;

}  // namespace

FileLines::FileLines(const std::string& path)
    : path_(path), file_(std::fopen(path.c_str(), "rbe")), block_(block_size) {
    if (!file_) {
        cannot_read();
    }
    std::setvbuf(file_.get(), nullptr, _IONBF, 0);  // The block is the buffer.
    std::error_code has_none;
    const auto size = std::filesystem::file_size(path, has_none);
    size_ = has_none ? 0 : size;
}

bool FileLines::next(std::string_view& line) {
    std::size_t searched = 0;
    while (true) {
        const char* from = block_.data() + begin_;
        const std::size_t held = end_ - begin_;
        const void* found =
            held == searched ? nullptr : std::memchr(from + searched, '\n', held - searched);
        if (found != nullptr) {
            line = {from, static_cast<std::size_t>(static_cast<const char*>(found) - from)};
            begin_ += line.size() + 1;
            break;
        }
        searched = held;
        if (!fill()) {
            line = {block_.data() + begin_, held};
            begin_ = end_;
            if (held == 0) {
                return false;
            }
            break;
        }
    }
    if (!line.empty() && line.back() == '\r') {
        line.remove_suffix(1);
    }
    return true;
}

bool FileLines::fill() {
    std::memmove(block_.data(), block_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ >= longest_line) {
        throw Failure("history.file",
                      "The history file '" + path_ +
                          "' has a line of more than 1 MiB: it is not a CSV file of bars.");
    }
    if (end_ == block_.size()) {
        block_.resize(block_.size() * 2);
    }
    const std::size_t got = std::fread(block_.data() + end_, 1, block_.size() - end_, file_.get());
    if (got == 0 && std::ferror(file_.get()) != 0) {
        cannot_read();
    }
    end_ += got;
    return got != 0;
}

void FileLines::cannot_read() const {
    throw Failure("history.file",
                  "The history file '" + path_ + "' cannot be read: " + std::strerror(errno) + ".");
}

}  // namespace drover
