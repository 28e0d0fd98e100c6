#include "runner/request_table.hpp"

#include <algorithm>
#include <utility>

namespace drover {

void RequestTable::open(OutgoingRequest request, std::uint64_t token) {
    request.number = ++last_number_;
    open_.push_back(OpenRequest{request.number, token, request.deadline});
    outgoing_.emplace_back(std::move(request));
}

std::optional<OpenRequest> RequestTable::close(std::uint64_t number) {
    const auto found = std::ranges::find(open_, number, &OpenRequest::number);
    if (found == open_.end()) {
        return std::nullopt;
    }
    const OpenRequest closed = *found;
    open_.erase(found);
    return closed;
}

std::optional<OpenRequest> RequestTable::close_expired(std::int64_t now) {
    const auto first = std::ranges::min_element(open_, {}, &OpenRequest::deadline);
    return first == open_.end() || first->deadline > now ? std::nullopt : close(first->number);
}

std::optional<OpenRequest> RequestTable::close_oldest() {
    return open_.empty() ? std::nullopt : close(open_.front().number);
}

void RequestTable::shift(std::int64_t by) {
    const auto move = [by](std::int64_t& deadline) {
        deadline = deadline > none - by ? none : deadline + by;
    };
    for (OpenRequest& request : open_) {
        move(request.deadline);
    }
    for (auto& [id, request] : unanswered_) {
        move(request.deadline);
    }
}

std::int64_t RequestTable::next_deadline() const {
    std::int64_t next = none;
    for (const OpenRequest& request : open_) {
        next = std::min(next, request.deadline);
    }
    return next;
}

std::optional<std::uint64_t> RequestTable::receive(const UnansweredRequest& request,
                                                   std::int64_t now) {
    if (unanswered_.size() >= most_unanswered) {
        std::erase_if(unanswered_, [now](const auto& each) { return each.second.deadline < now; });
        if (unanswered_.size() >= most_unanswered) {
            return std::nullopt;
        }
    }
    unanswered_.emplace(++last_id_, request);
    return last_id_;
}

const UnansweredRequest* RequestTable::find(std::uint64_t id) const {
    const auto found = unanswered_.find(id);
    return found == unanswered_.end() ? nullptr : &found->second;
}

void RequestTable::answer(std::uint64_t id,
                          drover_status status,
                          std::string_view error,
                          std::string_view body) {
    const auto found = unanswered_.find(id);
    const RequestOrigin origin = found->second.origin;
    unanswered_.erase(found);
    OutgoingReply reply{origin.client, origin.incarnation, origin.number, status, {}, {}};
    (status < 0 ? reply.error : reply.body) = status < 0 ? error : body;
    outgoing_.emplace_back(std::move(reply));
}

void RequestTable::refuse(const RequestOrigin& origin,
                          drover_status status,
                          std::string_view error) {
    outgoing_.emplace_back(OutgoingReply{
        origin.client, origin.incarnation, origin.number, status, std::string(error), {}});
}

void RequestTable::send(Transport& transport, std::size_t first, std::size_t end) const {
    for (std::size_t place = first; place < end; ++place) {
        if (const auto* request = std::get_if<OutgoingRequest>(&outgoing_[place])) {
            transport.send_request(*request);
        } else {
            transport.send_reply(std::get<OutgoingReply>(outgoing_[place]));
        }
    }
}

}  // namespace drover
