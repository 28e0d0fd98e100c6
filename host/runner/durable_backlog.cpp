#include "runner/durable_backlog.hpp"

#include <algorithm>

namespace drover {

void DurableBacklog::add(std::uint64_t first, std::uint64_t last, std::uint64_t bytes) {
    batches_.push_back(Batch{last, last - first + 1, bytes});
    messages_ += last - first + 1;
    bytes_ += bytes;
    judge();
}

void DurableBacklog::logged(std::uint64_t sequence) {
    logged_ = std::max(logged_, sequence);
    while (!batches_.empty() && batches_.front().last <= logged_) {
        messages_ -= batches_.front().messages;
        bytes_ -= batches_.front().bytes;
        batches_.pop_front();
    }
    judge();
}

void DurableBacklog::judge() {
    is_full_ = is_full_ ? messages_ >= most_messages / 2 || bytes_ >= most_bytes / 2
                        : messages_ >= most_messages || bytes_ >= most_bytes;
}

}  // namespace drover
