#include "runner/host_health.hpp"

#include <drover/host.h>

namespace drover {

void HostHealth::report(std::int32_t level, std::string_view code, std::string_view text) {
    {
        const std::lock_guard lock(mutex_);
        plugin_ = Word{level, std::string(code), std::string(text)};
        if (trouble_) {
            return;
        }
    }
    observer_.on_health(level, code, text);
}

void HostHealth::trouble(std::int32_t level, std::string_view code, std::string_view text) {
    {
        const std::lock_guard lock(mutex_);
        trouble_ = Word{level, std::string(code), std::string(text)};
    }
    observer_.on_health(level, code, text);
}

void HostHealth::clear(std::string_view code) {
    Word word{DROVER_HEALTH_HEALTHY, "ok", {}};
    {
        const std::lock_guard lock(mutex_);
        if (!trouble_ || trouble_->code != code) {
            return;
        }
        trouble_.reset();
        word = plugin_.value_or(word);
    }
    observer_.on_health(word.level, word.code, word.text);
}

}  // namespace drover
