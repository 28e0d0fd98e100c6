/// Listens to the JSON parser: parsed values would have lost the digits.
#include "fleet/config_values.hpp"

#include <utility>
#include <vector>

#include "base/json_pointer.hpp"
#include "base/json_value.hpp"
#include "config/written.hpp"

namespace drover {
namespace {

class ConfigValues final : public nlohmann::json_sax<Json> {
public:
    bool null() override { return take("null"); }
    bool boolean(bool value) override { return take(value ? "true" : "false"); }
    bool number_integer(std::int64_t value) override { return take(std::to_string(value)); }
    bool number_unsigned(std::uint64_t value) override { return take(std::to_string(value)); }
    bool number_float(double /*value*/, const std::string& digits) override { return take(digits); }
    bool string(std::string& value) override { return take(to_line(Json(value))); }
    bool binary(Json::binary_t& /*value*/) override { return false; }
    bool start_object(std::size_t /*elements*/) override { return open(false); }
    bool key(std::string& value) override {
        open_.back().step = pointer_step(value);
        return true;
    }
    bool end_object() override { return close("{}"); }
    bool start_array(std::size_t /*elements*/) override { return open(true); }
    bool end_array() override { return close("[]"); }
    bool parse_error(std::size_t /*place*/,
                     const std::string& /*token*/,
                     const nlohmann::detail::exception& /*fault*/) override {
        return false;
    }

    std::map<std::string, std::string> take_values() { return std::move(values_); }

private:
    /// An object or a list that has not ended.
    struct Open {
        bool is_list = false;
        std::size_t elements = 0;
        std::string step;  ///< To the value that is being read.
    };

    std::string pointer() {
        std::string pointer = "/config";
        for (const Open& open : open_) {
            pointer += open.step;
        }
        return pointer;
    }
    void begin_value() {
        if (!open_.empty()) {
            Open& around = open_.back();
            if (around.is_list) {
                around.step = "/" + std::to_string(around.elements);
            }
            ++around.elements;
        }
    }
    bool take(std::string text) {
        begin_value();
        values_[pointer()] = std::move(text);
        return true;
    }
    bool open(bool is_list) {
        begin_value();
        open_.push_back({is_list, 0, ""});
        return true;
    }
    bool close(const char* empty) {
        const bool is_empty = open_.back().elements == 0;
        open_.pop_back();
        if (is_empty) {
            values_[pointer()] = empty;
        }
        return true;
    }

    std::vector<Open> open_;
    std::map<std::string, std::string> values_;
};

}  // namespace

std::map<std::string, std::string> config_values(const std::string& config_json) {
    ConfigValues values;
    if (!Json::sax_parse(config_json, &values)) {
        return {{"/config", config_json}};
    }
    return values.take_values();
}

}  // namespace drover
