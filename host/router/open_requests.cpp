#include "router/open_requests.hpp"

#include <algorithm>

namespace drover {

RoutedRequest* OpenRequests::find(const RequestKey& key) {
    const auto found = std::ranges::find(open_, key, &RoutedRequest::key);
    return found == open_.end() ? nullptr : &*found;
}

std::optional<RoutedRequest> OpenRequests::take(const RequestKey& key, std::uint16_t server) {
    const auto found = std::ranges::find(open_, key, &RoutedRequest::key);
    if (found == open_.end() || found->server != server) {
        return std::nullopt;
    }
    const RoutedRequest taken = *found;
    open_.erase(found);
    return taken;
}

std::vector<RoutedRequest> OpenRequests::take_of_server(std::uint16_t server,
                                                        bool only_handed_out) {
    std::vector<RoutedRequest> taken;
    std::erase_if(open_, [&](const RoutedRequest& request) {
        const bool is_its = request.server == server && (!only_handed_out || request.is_handed_out);
        if (is_its) {
            taken.push_back(request);
        }
        return is_its;
    });
    return taken;
}

void OpenRequests::forget_client(std::uint16_t client) {
    std::erase_if(open_, [client](const auto& each) { return each.key.client == client; });
}

void OpenRequests::forget_expired(std::int64_t now, bool persons) {
    std::erase_if(open_, [&](const RoutedRequest& request) {
        return (request.key.client == RequestKey::person) == persons && request.deadline < now;
    });
}

std::size_t OpenRequests::count_of(std::uint16_t client) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        open_, [client](const auto& each) { return each.key.client == client; }));
}

}  // namespace drover
