#include "daemon/unit_counts.hpp"

#include <atomic>
#include <cstdint>

namespace drover {
namespace {

std::uint64_t read(const std::atomic<std::uint64_t>& counter) {
    return counter.load(std::memory_order_relaxed);
}

Json lost_by(const StatusPageLayout& page) {
    const std::uint64_t queue_full = read(page.lost_queue_full);
    const std::uint64_t link_ended = read(page.lost_link_ended);
    const std::uint64_t instance_down = read(page.lost_instance_down);
    const std::uint64_t named = queue_full + link_ended + instance_down;
    const std::uint64_t all = read(page.lost);
    return {{"queue_full", queue_full},
            {"link_ended", link_ended},
            {"instance_down", instance_down},
            {"other", all > named ? all - named : 0}};
}

}  // namespace

void set_counts(Json& unit, const StatusPageLayout& page, bool is_router) {
    unit["messages_in"] = read(page.messages_in);
    unit["messages_out"] = read(page.messages_out);
    unit["lost"] = read(page.lost);
    unit["lost_by"] = is_router ? lost_by(page) : Json(nullptr);
    unit["refused"] = read(page.refused);
    unit["refused_by"] = {{"denied", read(page.refused_denied)},
                          {"gated", read(page.refused_gated)},
                          {"quota", read(page.refused_quota)}};
    unit["replaced"] = read(page.replaced);
    unit["voided"] = read(page.voided);
    unit["malformed"] = read(page.malformed);
}

void set_no_counts(Json& unit) {
    for (const char* key : {"messages_in",
                            "messages_out",
                            "lost",
                            "lost_by",
                            "refused",
                            "refused_by",
                            "replaced",
                            "voided",
                            "malformed"}) {
        unit[key] = nullptr;
    }
}

}  // namespace drover
