#include "daemon/output_pipe.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace drover {
namespace {

constexpr std::size_t block_size = 4096;
constexpr std::size_t longest_line = 8192;
/// What a pipe holds at most; finishing reads no more, in case a grandchild keeps writing.
constexpr std::size_t largest_pipe = std::size_t{1} << 20U;

}  // namespace

OutputPipe::OutputPipe(FileDescriptor pipe, LogSource source, AgentLog& log)
    : pipe_(std::move(pipe)), source_(std::move(source)), log_(&log) {}

bool OutputPipe::read_block() {
    std::array<char, block_size> block;
    const ssize_t got = ::read(pipe_.number(), block.data(), block.size());
    ended_ = got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
    if (got > 0) {
        unfinished_.append(block.data(), static_cast<std::size_t>(got));
        log_lines();
    }
    return got > 0;
}

bool OutputPipe::read_some() {
    if (read_block()) {
        log_->flush();
    }
    if (ended_) {
        finish();
    }
    return !ended_;
}

void OutputPipe::finish() {
    for (std::size_t taken = 0; !ended_ && taken < largest_pipe && read_block();
         taken += block_size) {
    }
    if (!unfinished_.empty()) {
        log_line(std::exchange(unfinished_, ""));
    }
    log_->flush();
}

void OutputPipe::log_lines() {
    std::size_t start = 0;
    const SecretMask& mask = log_->mask();
    while (true) {
        const std::size_t end = unfinished_.find('\n', start);
        const std::size_t length = std::min(end, unfinished_.size()) - start;
        const bool is_whole = end != std::string::npos;
        if (length >= longest_line + (is_whole ? 0 : mask.reach())) {
            const std::string_view line = std::string_view(unfinished_).substr(start, length);
            const std::size_t cut = std::min(mask.cut(line, longest_line), length);
            log_line(line.substr(0, cut));
            start += cut;
        } else if (!is_whole) {
            break;
        } else {
            log_line(std::string_view(unfinished_).substr(start, length));
            start = end + 1;
        }
    }
    unfinished_.erase(0, start);
}

void OutputPipe::log_line(std::string_view line) {
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    if (!line.empty() && handler_) {
        handler_(line);
    }
    if (!line.empty()) {
        log_->add(source_, line, monotonic_now());
    }
}

Result<Pipe> make_pipe() {
    std::array<int, 2> numbers{};
    if (::pipe2(numbers.data(), O_CLOEXEC) != 0) {
        return Error{ErrorKind::unavailable,
                     std::string("Cannot make a pipe: ") + std::strerror(errno) + "."};
    }
    ::fcntl(numbers[0], F_SETFL, O_NONBLOCK);  // Only this end: the child may write as it likes.
    return Pipe{FileDescriptor(numbers[0]), FileDescriptor(numbers[1])};
}

}  // namespace drover
