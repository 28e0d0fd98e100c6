/// Who waits for whose answer: each request from its way in until its one reply. Router and
/// simulation keep the same books.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace drover {

/// Who asked. Persons count as one client, with numbers of their own.
struct RequestKey {
    static constexpr std::uint16_t person = std::numeric_limits<std::uint16_t>::max();
    std::uint16_t client = person;  ///< An agent's place in the file.
    std::uint64_t number = 0;

    friend bool operator==(const RequestKey&, const RequestKey&) = default;
};

struct RoutedRequest {
    RequestKey key;
    std::uint32_t client_incarnation = 0;
    std::uint16_t server = 0;
    std::int64_t deadline =
        0;  ///< ns since the epoch, on the clock that `forget_expired` is given.
    /// The server's present life has it, or it is on its way there; before that it only waits.
    bool is_handed_out = false;
};

/// In the order in which requests came. One thread.
class OpenRequests {
public:
    void add(const RoutedRequest& request) { open_.push_back(request); }
    [[nodiscard]] RoutedRequest* find(const RequestKey& key);
    /// Closes a request that `server` answers; nothing where none such is open.
    std::optional<RoutedRequest> take(const RequestKey& key, std::uint16_t server);

    /// Closes those that `server` will not answer any more: all, or those it had been handed.
    std::vector<RoutedRequest> take_of_server(std::uint16_t server, bool only_handed_out);
    /// Forgets those of a client that is gone.
    void forget_client(std::uint16_t client);
    /// Forgets those whose asker has stopped waiting. Its own deadline has told it so.
    void forget_expired(std::int64_t now, bool persons);

    [[nodiscard]] std::size_t size() const { return open_.size(); }
    [[nodiscard]] std::size_t count_of(std::uint16_t client) const;

private:
    std::vector<RoutedRequest> open_;
};

}  // namespace drover
