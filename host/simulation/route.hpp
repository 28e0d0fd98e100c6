/// Where the messages of one publisher on one topic go in a simulation, worked out once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "router/shared_topics.hpp"

namespace drover {

/// A publisher has one for each of its topics; a message finds its route by the topic's number.
struct Route {
    std::string topic;
    std::uint32_t type = 0;  ///< Handle of the message type.
    bool is_summary = false;
    bool gated = false;
    std::string origin;                        ///< For the event log.
    std::vector<std::uint16_t> receivers;      ///< Of the whole message, in the file's order.
    std::vector<TopicShare> shares;            ///< Instances that get a part each.
    std::vector<std::uint32_t> topic_numbers;  ///< The topic's number at each agent of the fleet.
};

}  // namespace drover
