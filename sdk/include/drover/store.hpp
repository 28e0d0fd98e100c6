/// drover.store/1 as an agent class uses it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <drover/drover.h>
#include <drover/failure.hpp>
#include <drover/text.hpp>

namespace drover {

/// What survives a restart, key by key: committed with the callback that changed it. Inside
/// callbacks only, from `configure` on. A call that fails throws a Failure with the host's
/// sentence.
class Store {
public:
    /// Throws Failure where the host lends no store.
    explicit Store(const drover_host* host)
        : host_(host),
          table_(static_cast<const drover_store_v1*>(
              host->get_extension(host, DROVER_EXTENSION_STORE))) {
        if (table_ == nullptr) {
            throw Failure("store",
                          "This host does not lend drover.store/1.",
                          drover_status{DROVER_E_UNSUPPORTED});
        }
    }

    void put(std::string_view key, std::string_view value) const {
        check(table_->put(host_, bytes(key), bytes(value)));
    }
    /// Nothing where there is no such key.
    [[nodiscard]] std::optional<std::string> get(std::string_view key) const {
        std::string value;
        const drover_writer writer{&value, [](void* context, const void* data, std::size_t size) {
                                       static_cast<std::string*>(context)->append(
                                           static_cast<const char*>(data), size);
                                       return drover_status{DROVER_OK};
                                   }};
        const drover_status status = table_->get(host_, bytes(key), &writer);
        if (status == DROVER_E_NOT_FOUND) {
            return std::nullopt;
        }
        check(status);
        return value;
    }
    void erase(std::string_view key) const { check(table_->erase(host_, bytes(key))); }

private:
    static drover_bytes bytes(std::string_view text) { return {text.data(), text.size()}; }
    void check(drover_status status) const {
        if (status < 0) {
            throw Failure("store", std::string(view(host_->last_error(host_))), status);
        }
    }

    const drover_host* host_;
    const drover_store_v1* table_;
};

}  // namespace drover
