#include "daemon/link_news.hpp"

#include <algorithm>

#include "fleet/fleet_graph.hpp"
#include "supervisor/fleet_supervisor.hpp"

namespace drover {

LinkNews::Publishers LinkNews::publishers_of(const PreparedFleet& fleet) {
    Publishers publishers;
    for (const GraphFlow& flow : graph_of(fleet).flows) {
        if (flow.publisher == flow.receiver) {
            continue;
        }
        Ports& ports = publishers[flow.receiver][flow.publisher];
        for (const std::uint32_t port : flow.ports) {
            if (std::ranges::find(ports, port) == ports.end()) {
                ports.push_back(port);
            }
        }
    }
    return publishers;
}

LinkNews::News LinkNews::for_agent(const PreparedFleet& fleet,
                                   const std::string& agent,
                                   std::uint64_t epoch,
                                   const WhyLost& why_lost) {
    if (!publishers_) {
        publishers_ = publishers_of(fleet);
    }
    News news;
    Json lost = Json::array();
    if (const auto known = publishers_->find(agent); known != publishers_->end()) {
        for (const auto& [publisher, ports] : known->second) {
            if (const auto reason = why_lost(publisher)) {
                lost.push_back({{"publisher", publisher}, {"ports", ports}, {"reason", *reason}});
                news.lost += publisher + " ";
            }
        }
    }
    Json router = nullptr;
    if (const auto reason = why_lost(router_unit_name)) {
        router = {{"epoch", epoch}, {"reason", *reason}};
        news.lost += "router of epoch " + std::to_string(epoch);
    }
    news.message = {{"do", "links"}, {"lost", std::move(lost)}, {"router", std::move(router)}};
    return news;
}

}  // namespace drover
