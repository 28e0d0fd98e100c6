/// NATS JetStream, the peer of the durable log: Debian's nats-server, spoken to in its own text
/// protocol over a loopback socket.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace drover::bench {

/// Where nats-server lies; nothing: it is not installed.
[[nodiscard]] std::optional<std::string> nats_server();

/// Messages of `bytes` a second that a stream on disk acknowledges while at most `window` of them
/// are not acknowledged. JetStream acknowledges before it syncs. Throws when anything fails.
[[nodiscard]] double jetstream_rate(const std::string& server,
                                    std::uint64_t messages,
                                    std::size_t bytes,
                                    std::uint64_t window);

}  // namespace drover::bench
