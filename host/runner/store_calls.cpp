// drover.store/1 as an agent calls it.
#include "runner/agent_runner.hpp"

namespace drover {

drover_status AgentRunner::check_store_key(const drover_bytes& key) const {
    if (phase_ == Phase::created || phase_ == Phase::stopped) {
        return host_error(DROVER_E_STATE, "The store opens with configure and closes with stop.");
    }
    if (key.data == nullptr || key.size == 0 || key.size > AgentStore::longest_key) {
        return host_error(
            DROVER_E_INVALID,
            "A key of the store has 1 to 1024 bytes, not " + std::to_string(key.size) + ".");
    }
    return DROVER_OK;
}

drover_status AgentRunner::store_put(const drover_bytes& key, const drover_bytes& value) {
    if (const drover_status checked = check_store_key(key); checked < 0) {
        return checked;
    }
    if (value.size > AgentStore::largest_value || (value.data == nullptr && value.size > 0)) {
        return host_error(value.data == nullptr ? DROVER_E_INVALID : DROVER_E_TOO_BIG,
                          "A value of " + std::to_string(value.size) +
                              " bytes cannot be stored; at most 4 MiB can.");
    }
    store_.put({static_cast<const char*>(key.data), key.size},
               {value.size == 0 ? "" : static_cast<const char*>(value.data), value.size});
    return DROVER_OK;
}

drover_status AgentRunner::store_get(const drover_bytes& key, const drover_writer& writer) {
    if (const drover_status checked = check_store_key(key); checked < 0) {
        return checked;
    }
    const std::string_view name(static_cast<const char*>(key.data), key.size);
    const auto value = store_.get(name);
    if (!value) {
        return host_error(DROVER_E_IO, value.error().message);
    }
    if (recorder_ != nullptr && store_.reads_file(name)) {
        recorder_->stored(name, value.value());
    }
    if (!value.value()) {
        return host_error(DROVER_E_NOT_FOUND, "The store has no such key.");
    }
    return writer.write(writer.context, value.value()->data(), value.value()->size());
}

drover_status AgentRunner::store_erase(const drover_bytes& key) {
    if (const drover_status checked = check_store_key(key); checked < 0) {
        return checked;
    }
    store_.erase({static_cast<const char*>(key.data), key.size});
    return DROVER_OK;
}

}  // namespace drover
