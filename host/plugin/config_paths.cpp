// Makes the paths in a config absolute without touching anything else in it.
#include <algorithm>
#include <exception>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json_pointer.hpp"
#include "plugin/config_schema.hpp"
#include "plugin/schema_lookup.hpp"

namespace drover {
namespace {

using Value = nlohmann::json;

/// Writes a JSON text anew with some texts replaced; numbers keep their digits, because the parser
/// hands their text on beside the double.
class PathWriter : public nlohmann::json_sax<Value> {
public:
    using Replace = std::function<std::string(const std::string& pointer, const std::string&)>;
    explicit PathWriter(Replace replace) : replace_(std::move(replace)) {}
    std::string take() { return std::move(text_); }
    std::map<std::string, std::string> take_numbers() { return std::move(numbers_); }

    bool null() override { return raw("null"); }
    bool boolean(bool value) override { return raw(value ? "true" : "false"); }
    bool number_integer(number_integer_t value) override { return raw(std::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override { return raw(std::to_string(value)); }
    bool number_float(number_float_t /*value*/, const string_t& text) override {
        begin_value();
        text_ += text;
        numbers_.emplace(pointer(), text);
        end_value();
        return true;
    }
    bool string(string_t& value) override {
        begin_value();
        text_ += quoted(replace_(pointer(), value));
        end_value();
        return true;
    }
    bool binary(binary_t& /*value*/) override { return false; }
    bool start_object(std::size_t /*elements*/) override { return open('{'); }
    bool key(string_t& value) override {
        text_ += open_.back().count++ == 0 ? "" : ",";
        text_ += quoted(value) + ":";
        open_.back().step = pointer_step(value);
        return true;
    }
    bool end_object() override { return close('}'); }
    bool start_array(std::size_t /*elements*/) override { return open('['); }
    bool end_array() override { return close(']'); }
    bool parse_error(std::size_t /*position*/,
                     const std::string& /*token*/,
                     const nlohmann::detail::exception& /*error*/) override {
        return false;
    }

private:
    struct Open {
        bool is_list = false;
        std::size_t count = 0;
        std::string step;  ///< Of the member being written.
    };
    static std::string quoted(const std::string& text) { return Value(text).dump(); }
    [[nodiscard]] std::string pointer() const {
        std::string text;
        for (const Open& level : open_) {
            text += level.step;
        }
        return text;
    }
    void begin_value() {
        if (!open_.empty() && open_.back().is_list) {
            text_ += open_.back().count == 0 ? "" : ",";
            open_.back().step = "/" + std::to_string(open_.back().count++);
        }
    }
    void end_value() {
        if (!open_.empty()) {
            open_.back().step.clear();
        }
    }
    bool raw(const std::string& text) {
        begin_value();
        text_ += text;
        end_value();
        return true;
    }
    bool open(char bracket) {
        begin_value();
        text_ += bracket;
        open_.push_back({bracket == '[', 0, {}});
        return true;
    }
    bool close(char bracket) {
        text_ += bracket;
        open_.pop_back();
        end_value();
        return true;
    }

    Replace replace_;
    std::string text_;
    std::map<std::string, std::string> numbers_;  ///< By pointer, as they are written.
    std::vector<Open> open_;
};

bool is_path(const Value& schema, const std::string& pointer) {
    const auto parts = schemas_at(schema, pointer);
    return std::any_of(parts.begin(), parts.end(), [](const Value* part) {
        return part->contains("format") && part->at("format") == "file-path";
    });
}

}  // namespace

std::map<std::string, std::string> number_texts(std::string_view json) {
    PathWriter writer([](const std::string&, const std::string& text) { return text; });
    (void)Value::sax_parse(json, &writer);
    return writer.take_numbers();
}

Result<std::string> replace_texts(std::string_view config,
                                  const std::map<std::string, std::string>& texts) {
    PathWriter writer([&](const std::string& pointer, const std::string& text) {
        const auto found = texts.find(pointer);
        return found == texts.end() ? text : found->second;
    });
    if (!Value::sax_parse(config, &writer)) {
        return Error{ErrorKind::invalid, "The config is no JSON."};
    }
    return writer.take();
}

Result<std::string> resolve_paths(
    std::string_view schema,
    std::string_view config,
    const std::function<std::filesystem::path(const std::string& pointer)>& base_of) {
    try {
        const Value rules = Value::parse(effective_schema(schema));
        PathWriter writer([&](const std::string& pointer, const std::string& text) {
            if (text.empty() || !is_path(rules, pointer)) {
                return text;
            }
            return (base_of(pointer) / text).lexically_normal().string();
        });
        if (!Value::sax_parse(config, &writer)) {
            return Error{ErrorKind::invalid, "The config is no JSON."};
        }
        return writer.take();
    } catch (const std::exception& error) {
        return Error{ErrorKind::invalid,
                     std::string("The paths of the config cannot be found: ") + error.what()};
    }
}

}  // namespace drover
