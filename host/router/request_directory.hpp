/// Who answers what: finds the server of a request. Router and simulation ask the same directory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace drover {

/// One request port of an agent.
struct RequestPort {
    std::uint16_t index = 0;  ///< Its place among the agent's ports.
    std::string name;
    std::string topic;  ///< A plain topic or a pattern.
    std::uint32_t type = 0;
    std::uint32_t reply_type = 0;
};

/// The request ports of one agent.
struct RequestPorts {
    std::string agent;
    std::uint32_t handle = 0;
    std::vector<RequestPort> serves;
    std::vector<RequestPort> asks;
    std::string instance_of = {};  ///< The agent that it is an instance of; or empty.
};

/// Where a request goes.
struct RequestServerPlace {
    std::uint16_t agent = 0;
    std::uint16_t port = 0;
};
/// Why it goes nowhere.
struct RequestProblem {
    std::int32_t status = 0;  ///< NOT_FOUND, DENIED or TYPE.
    std::string sentence;
};
using RequestRoute = std::variant<RequestServerPlace, RequestProblem>;

/// What a request says of where it wants to go.
struct RequestWish {
    /// Empty: the one agent that serves the topic. Of an agent with instances the first one.
    std::string_view target;
    std::string_view topic;
    std::uint32_t type = 0;
    std::uint32_t reply_type = 0;
};

/// Agents are numbered in the file's order. Immutable, so any thread.
class RequestDirectory {
public:
    explicit RequestDirectory(std::vector<RequestPorts> agents) : agents_(std::move(agents)) {}

    /// The server for a wish of agent `client`, which must have a REQUEST_CLIENT port of that topic
    /// and those types.
    [[nodiscard]] RequestRoute find(std::uint16_t client, const RequestWish& wish) const;
    [[nodiscard]] const std::string& name_of(std::uint16_t agent) const {
        return agents_[agent].agent;
    }
    [[nodiscard]] std::uint32_t handle_of(std::uint16_t agent) const {
        return agents_[agent].handle;
    }
    /// The agent of a handle.
    [[nodiscard]] std::optional<std::uint16_t> find_handle(std::uint32_t handle) const;

private:
    [[nodiscard]] RequestRoute find_target(const RequestWish& wish) const;
    [[nodiscard]] RequestRoute find_only(const RequestWish& wish) const;
    [[nodiscard]] RequestRoute check_types(const RequestServerPlace& place,
                                           const RequestPort& port,
                                           const RequestWish& wish) const;

    std::vector<RequestPorts> agents_;
};

}  // namespace drover
