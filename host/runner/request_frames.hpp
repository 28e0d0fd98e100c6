/// Between what a runner says of requests and replies, and their frames: links and simulations
/// carry the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "runner/agent_runner.hpp"
#include "runner/transport.hpp"
#include "wire/request_frame.hpp"

namespace drover {

/// The name of a sender that is no agent.
inline constexpr std::string_view person_name = "drover";

/// The agent that sends has this handle and incarnation.
[[nodiscard]] std::vector<std::byte> encode_request(const OutgoingRequest& request,
                                                    std::uint32_t handle,
                                                    std::uint32_t incarnation);
[[nodiscard]] std::vector<std::byte> encode_reply(const OutgoingReply& reply,
                                                  std::uint32_t handle,
                                                  std::uint32_t incarnation);

/// `data` is the frame's body, aligned to 8; all views live as long as `frame`'s bytes.
[[nodiscard]] RequestDelivery delivery_of(const RequestFrame& frame,
                                          std::string_view sender,
                                          const void* data);
[[nodiscard]] ReplyDelivery delivery_of(const ReplyFrame& frame, const void* data);

}  // namespace drover
