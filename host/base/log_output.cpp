#include "base/log_output.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include <poll.h>
#include <unistd.h>

namespace drover {

void LogOutput::keep_from_blocking(std::chrono::milliseconds patience) {
    may_block_ = false;
    patience_ = patience;
}

void LogOutput::write(std::string_view line) {
    if (has_kept() && kept_.size() - begin_ + line.size() >= most_kept) {
        flush();
    }
    if (has_kept() && kept_.size() - begin_ + line.size() >= most_kept) {
        ++left_out_;
        return;
    }
    kept_.append(line);
    kept_ += '\n';
    // Who has waited once does not wait for each further line.
    const Monotonic deadline = is_stuck_ || may_block_ ? Monotonic{} : monotonic_now() + patience_;
    is_stuck_ = !write_kept(deadline);
}

std::uint64_t LogOutput::take_left_out() {
    return has_kept() ? 0 : std::exchange(left_out_, 0);
}

/// Not more at once than a pipe that has room takes without waiting: PIPE_BUF (pipe(7)).
bool LogOutput::write_kept(Monotonic deadline) {
    while (has_kept() && may_write(deadline)) {
        const std::size_t size = std::min<std::size_t>(kept_.size() - begin_, PIPE_BUF);
        const ssize_t written = ::write(descriptor_, kept_.data() + begin_, size);
        if (written > 0) {
            begin_ += static_cast<std::size_t>(written);
        } else if (written == 0 || errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            begin_ = kept_.size();  // Nobody will ever read it.
        }
    }
    const bool is_through = !has_kept();
    if (is_through) {
        kept_.clear();
        begin_ = 0;
        is_stuck_ = false;
    } else if (begin_ > kept_.size() / 2) {
        kept_.erase(0, std::exchange(begin_, 0));
    }
    return is_through;
}

bool LogOutput::may_write(Monotonic deadline) const {
    if (may_block_) {
        return true;
    }
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - monotonic_now());
        pollfd output{descriptor_, POLLOUT, 0};
        const int found =
            ::poll(&output, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
        if (found != 0 && (found > 0 || errno != EINTR)) {
            return true;  // Also where writing will fail, and say so.
        }
        if (found == 0) {
            return false;
        }
    }
}

}  // namespace drover
