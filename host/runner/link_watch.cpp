#include "runner/link_watch.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/json_value.hpp"
#include "base/logging.hpp"
#include "runner/borrowed.hpp"

namespace drover {

void LinkWatch::hear(const Json& message) {
    try {
        std::vector<Loss> lost;
        for (const Json& one : message.at("lost")) {
            for (const Json& port : one.at("ports")) {
                lost.push_back({port.get<std::uint32_t>(),
                                one.at("publisher").get<std::string>(),
                                one.at("reason").get<std::string>()});
            }
        }
        if (const Json& router = message.at("router"); !router.is_null()) {
            router_loss_ = RouterLoss{router.at("epoch").get<std::uint64_t>(),
                                      router.at("reason").get<std::string>()};
        }
        lost_ = std::move(lost);
        has_news_ = true;
    } catch (const std::exception& error) {
        log_warning(std::string("What the supervisor says of lost links cannot be read: ") +
                    error.what());
    }
}

void LinkWatch::tell(AgentRunner& runner, const RouterLink& router) {
    if (!has_news_ && !told_epoch_ && !router.is_cut_off) {
        return;
    }
    if (!concerns(runner) || runner.is_input_paused()) {
        return;
    }
    tell_of_router(runner, router);
    if (std::exchange(has_news_, false)) {
        tell_restored(runner);
        tell_lost(runner);
    }
}

bool LinkWatch::concerns(const AgentRunner& runner) {
    return runner.link_ != nullptr && runner.setup_.mode == DROVER_MODE_LIVE;
}

void LinkWatch::tell_of_router(AgentRunner& runner, const RouterLink& router) {
    const auto loss = std::exchange(router_loss_, std::nullopt);
    // What the link has heard of a later router counts more than that an earlier one has ended.
    if (loss && loss->epoch >= router.epoch && !told_epoch_) {
        told_epoch_ = loss->epoch;
        deliver(runner, {DROVER_LINK_ROUTER, true, {}, loss->reason});
    } else if (loss && told_epoch_) {
        told_epoch_ = std::max(*told_epoch_, loss->epoch);
        may_be_same_ = false;
    } else if (router.is_cut_off && router.epoch > 0 && !told_epoch_) {
        // Whoever would tell may hang itself.
        told_epoch_ = router.epoch;
        may_be_same_ = true;
        deliver(runner, {DROVER_LINK_ROUTER, true, {}, "the connection to it has ended"});
    }
    if (told_epoch_ && is_back(router)) {
        told_epoch_.reset();
        may_be_same_ = false;
        deliver(runner, {DROVER_LINK_ROUTER, false, {}, {}});
    }
}

bool LinkWatch::is_back(const RouterLink& router) const {
    const bool is_same = may_be_same_ && router.epoch == *told_epoch_ && !router.is_cut_off;
    return router.is_ready && (router.epoch > *told_epoch_ || is_same);
}

void LinkWatch::tell_restored(AgentRunner& runner) {
    const auto told = told_;
    for (const auto& [port, publisher] : told) {
        if (!is_lost(port, publisher)) {
            told_.erase({port, publisher});
            deliver(runner, {port, false, publisher, {}});
        }
    }
}

void LinkWatch::tell_lost(AgentRunner& runner) {
    for (const Loss& loss : lost_) {
        if (told_.emplace(loss.port, loss.publisher).second) {
            deliver(runner, {loss.port, true, loss.publisher, loss.reason});
        }
    }
}

bool LinkWatch::is_lost(std::uint32_t port, const std::string& publisher) const {
    return std::ranges::any_of(
        lost_, [&](const Loss& loss) { return loss.port == port && loss.publisher == publisher; });
}

void LinkWatch::deliver(AgentRunner& runner, const RecordedLink& link) {
    runner.record([&](LifeRecorder& recorder) { recorder.link(link); });
    call(runner, link);
    runner.run_posts();
}

void LinkWatch::call(AgentRunner& runner, const RecordedLink& link) {
    const drover_link_v1* const table = runner.link_;
    if (table == nullptr) {
        return;
    }
    const CallbackKind kind =
        link.is_lost ? CallbackKind::on_link_lost : CallbackKind::on_link_restored;
    runner.in_callback(kind, {}, runner.time(), [&] {
        if (link.is_lost) {
            table->on_link_lost(
                runner.agent_, link.port, borrowed(link.publisher), borrowed(link.reason));
        } else {
            table->on_link_restored(runner.agent_, link.port, borrowed(link.publisher));
        }
    });
}

}  // namespace drover
