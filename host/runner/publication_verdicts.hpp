/// What became of an agent's publications at the call: counted within a callback, and as a
/// recording says it in a replay.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <drover/status.h>

namespace drover {

/// Whether a publication is let through, and why not.
struct PublicationVerdict {
    drover_status status = DROVER_OK;
    std::string sentence = {};
};

/// Of the calls of one callback, counted from 1. Agent thread.
class PublicationVerdicts {
public:
    void begin_callback() { call_ = 0; }
    void begin_call() { ++call_; }
    [[nodiscard]] std::uint32_t call() const { return call_; }

    /// What the callback that comes next hears of a call, whatever else would decide it.
    void dictate(std::uint32_t call, PublicationVerdict verdict) {
        dictated_.insert_or_assign(call, std::move(verdict));
    }
    /// What was dictated of the running call; null: nothing.
    [[nodiscard]] const PublicationVerdict* dictated() const {
        const auto found = dictated_.find(call_);
        return found == dictated_.end() ? nullptr : &found->second;
    }
    /// The callback is over.
    void forget_dictated() { dictated_.clear(); }

private:
    std::uint32_t call_ = 0;
    std::map<std::uint32_t, PublicationVerdict> dictated_;
};

}  // namespace drover
