#include "runner/agent_store.hpp"

namespace drover {

void AgentStore::put(std::string_view key, std::string_view value) {
    changes_.insert_or_assign(std::string(key), std::string(value));
}

void AgentStore::erase(std::string_view key) {
    if (table_ != nullptr || content_.contains(key)) {
        changes_.insert_or_assign(std::string(key), std::nullopt);
    } else if (const auto found = changes_.find(key); found != changes_.end()) {
        changes_.erase(found);
    }
}

Result<std::optional<std::string>> AgentStore::get(std::string_view key) const {
    const auto changed = changes_.find(key);
    if (changed != changes_.end()) {
        return changed->second;
    }
    if (table_ != nullptr) {
        return table_->get(key);
    }
    const auto found = content_.find(key);
    return found == content_.end() ? std::optional<std::string>()
                                   : std::optional<std::string>(found->second);
}

}  // namespace drover
