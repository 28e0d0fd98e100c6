/// Room that an agent fills with records before it publishes them.
#pragma once

#include <cstdint>
#include <vector>

namespace drover {

struct Loan {
    std::uint32_t topic = 0;
    std::uint32_t count = 0;
    std::vector<std::uint64_t> room;
    bool is_open = false;
};

}  // namespace drover
