/// What a replay tells of itself while it runs: whose callback is on its status page.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "base/json.hpp"
#include "process/status_page.hpp"
#include "recording/recorded_inputs.hpp"

namespace drover {

/// One thread.
class ReplayWatch {
public:
    using Teller = std::function<void(const Json&)>;

    /// Nobody watches.
    ReplayWatch() = default;
    /// `page` is lent. `tell` gets {"handle","agent","life","plugin"}.
    ReplayWatch(StatusPageLayout* page, Teller tell) : page_(page), tell_(std::move(tell)) {}

    /// From now on the handle on the page is this life of an agent.
    void name(std::uint32_t handle, const RecordedLife& life) const;
    /// Its library is about to be loaded, which runs the first code of a plugin.
    void note_loading(std::uint32_t handle) const;
    /// The replay goes on outside of a plugin.
    void note_progress() const;
    /// No plugin is called any more.
    void note_end() const;

    /// Null: nobody watches.
    [[nodiscard]] StatusPageLayout* page() const { return page_; }

private:
    StatusPageLayout* page_ = nullptr;
    Teller tell_;
};

}  // namespace drover
