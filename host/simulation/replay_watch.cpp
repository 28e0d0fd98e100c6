#include "simulation/replay_watch.hpp"

#include "base/json_value.hpp"

namespace drover {

void ReplayWatch::name(std::uint32_t handle, const RecordedLife& life) const {
    if (tell_) {
        tell_({{"handle", handle},
               {"agent", life.agent},
               {"life", life.incarnation},
               {"plugin", life.plugin}});
    }
}

void ReplayWatch::note_loading(std::uint32_t handle) const {
    if (page_ != nullptr) {
        page_->agent.store(handle, std::memory_order_relaxed);
        page_->callback.store(static_cast<std::uint32_t>(CallbackKind::load),
                              std::memory_order_relaxed);
    }
}

void ReplayWatch::note_progress() const {
    if (page_ != nullptr) {
        page_->progress.fetch_add(1, std::memory_order_relaxed);
    }
}

void ReplayWatch::note_end() const {
    if (page_ != nullptr) {
        page_->agent.store(0, std::memory_order_relaxed);
    }
}

}  // namespace drover
