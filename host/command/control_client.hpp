/// Asks the droverd of a state directory: JSON-RPC 2.0 over its control socket.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/json.hpp"
#include "base/line_channel.hpp"
#include "base/result.hpp"

namespace drover {

/// How long droverd may take to answer what needs no work of it.
inline constexpr auto answer_time = std::chrono::seconds(10);

/// One connection; one request at a time. Blocks at most as long as it is told.
class ControlClient {
public:
    static constexpr std::chrono::milliseconds usual_patience = std::chrono::seconds(10);
    static constexpr std::chrono::milliseconds no_patience{0};

    /// Connects. Where droverd has the state directory and nobody listens (it starts, is being
    /// replaced, or ends) it waits for as long as `patience`. Fails with `unavailable` when no
    /// droverd runs there, with `timed_out` when the patience was not enough.
    [[nodiscard]] static Result<ControlClient> connect(
        const std::filesystem::path& state_directory,
        std::chrono::milliseconds patience = usual_patience);

    /// Calls `method` and returns its result. Fails with droverd's own sentence: `not_found` when
    /// it does not know a name or parameter, `refused` for its other errors; `timed_out` after
    /// `longest`, `unavailable` when it goes away. What only looks is asked once more of who has
    /// taken its place, where there is patience.
    [[nodiscard]] Result<Json> call(const std::string& method,
                                    const Json& params,
                                    std::chrono::milliseconds longest);

    /// From now on a connection that ends stays so: its end is news to the caller, who looks again
    /// by himself.
    void stay_gone() { patience_ = no_patience; }

    /// Waits until droverd closes the connection. False when `longest` has passed.
    [[nodiscard]] bool wait_for_end(std::chrono::milliseconds longest);

private:
    ControlClient(FileDescriptor socket,
                  std::filesystem::path state_directory,
                  std::chrono::milliseconds patience);
    [[nodiscard]] Result<Json> ask(const std::string& method,
                                   const Json& params,
                                   std::chrono::milliseconds longest);

    /// unique_ptr: LineChannel is made in place.
    std::unique_ptr<LineChannel> lines_;
    std::filesystem::path state_directory_;
    std::chrono::milliseconds patience_;
    std::uint64_t next_id_ = 1;
};

}  // namespace drover
