#include "durable_log/record_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <unistd.h>

namespace drover {
namespace {

constexpr std::size_t bytes_at_once = std::size_t{256} << 10U;

}  // namespace

Result<std::optional<LogRecord>> RecordStream::next() {
    if (auto filled = fill(sizeof(RecordHead)); !filled) {
        return filled.error();
    }
    const auto rest = [this] { return std::span(buffer_).subspan(at_, have_ - at_); };
    const auto length = body_length(rest());
    if (!length) {
        return std::optional<LogRecord>();
    }
    const std::size_t size = record_size(*length);
    if (auto filled = fill(size); !filled) {
        return filled.error();
    }
    const auto record = read_record(rest());
    if (record) {
        at_ += size;
        offset_ += size;
    }
    return record;
}

Result<std::optional<LogRecord>> RecordStream::next_written() {
    auto record = next();
    if (record && !record.value()) {
        look_again();
        return next();
    }
    return record;
}

Result<void> RecordStream::fill(std::size_t wanted) {
    if (have_ - at_ >= wanted) {
        return success();
    }
    if (have_ > at_) {
        std::memmove(buffer_.data(), buffer_.data() + at_, have_ - at_);
    }
    have_ -= at_;
    at_ = 0;
    buffer_.resize(std::max({wanted, bytes_at_once, buffer_.size()}));
    while (have_ < wanted) {
        const ssize_t got = ::pread(file_.number(),
                                    buffer_.data() + have_,
                                    buffer_.size() - have_,
                                    static_cast<off_t>(offset_ + have_));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return Error{
                ErrorKind::unavailable,
                std::string("The durable log cannot be read: ") + std::strerror(errno) + "."};
        }
        if (got == 0) {
            break;
        }
        have_ += static_cast<std::size_t>(got);
    }
    return success();
}

}  // namespace drover
