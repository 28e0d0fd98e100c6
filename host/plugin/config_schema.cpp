#include "plugin/config_schema.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <map>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "base/json_pointer.hpp"
#include "base/names.hpp"
#include "base/printable_text.hpp"
#include "plugin/schema_counts.hpp"
#include "plugin/schema_lookup.hpp"

namespace drover {
namespace {

using Value = nlohmann::json;

Error bad_schema(const std::string& why) {
    return {ErrorKind::invalid, "It is no usable JSON Schema: " + why};
}

/// Takes out every "format", which valijson reads even of values that are no text, and then throws.
/// To JSON Schema it is a remark.
void remove_formats(Value& schema) {
    if (schema.is_object()) {
        if (const auto format = schema.find("format");
            format != schema.end() && format->is_string()) {
            schema.erase(format);
        }
        for (auto& [key, part] : schema.items()) {
            const bool is_data =
                key == "const" || key == "enum" || key == "default" || key == "examples";
            if (!is_data) {
                remove_formats(part);
            }
        }
    } else if (schema.is_array()) {
        for (Value& part : schema) {
            remove_formats(part);
        }
    }
}

/// The value that valijson speaks of: its context is ["<root>", "[key]", "[0]", …].
std::string pointer_of(const std::vector<std::string>& context) {
    std::string pointer;
    for (std::size_t index = 1; index < context.size(); ++index) {
        const std::string& step = context[index];
        pointer += pointer_step(std::string_view(step).substr(1, step.size() - 2));
    }
    return pointer;
}

/// 'fast' for "/crossover/fast", 'the config' for "".
std::string name_of(const std::string& pointer) {
    const auto steps = steps_of(pointer);
    if (steps.empty()) {
        return "the config";
    }
    const bool is_index = steps.back().find_first_not_of("0123456789") == std::string::npos;
    return is_index && steps.size() > 1 ? "item " + std::to_string(std::stoul(steps.back()) + 1) +
                                              " of '" + steps[steps.size() - 2] + "'"
                                        : "'" + steps.back() + "'";
}

/// std::regex calls itself for each character of what it matches: a long text would end the process
/// for want of stack, and the supervisor reads configs too.
constexpr std::size_t longest_matched = 4096;

bool has_key_below(const Value& schema, std::string_view wanted) {
    if (schema.is_object() && schema.contains(wanted)) {
        return true;
    }
    return schema.is_structured() &&
           std::any_of(schema.begin(), schema.end(), [&](const auto& part) {
               return has_key_below(part, wanted);
           });
}

/// Adds what is too long to be matched against the patterns of its place in the schema.
void find_unmatchable(const Value& schema,
                      const Value& value,
                      const std::string& pointer,
                      std::vector<ConfigViolation>& violations) {
    if (value.is_string() && value.get_ref<const std::string&>().size() > longest_matched) {
        const auto at_place = schemas_at(schema, pointer);
        const bool is_matched =
            std::any_of(at_place.begin(), at_place.end(), [](const Value* part) {
                return has_key_below(*part, "pattern");
            });
        if (is_matched) {
            violations.push_back({pointer,
                                  false,
                                  name_of(pointer) + " must match a pattern, and this is " +
                                      found_in_words(value, "") + "; it can be matched up to " +
                                      std::to_string(longest_matched) + " bytes."});
        }
    }
    for (const auto& [key, part] : value.items()) {
        if (!value.is_structured()) {
            break;
        }
        if (value.is_object() && key.size() > longest_matched) {
            violations.push_back({pointer, false, "the key '" + excerpt(key) + "' is too long."});
            continue;
        }
        find_unmatchable(schema, part, pointer + pointer_step(key), violations);
    }
}

/// Turns valijson's verdicts into sentences by looking at what the schema says at their places.
class Narrator {
public:
    /// `numbers` is how the config's numbers are written, by pointer.
    Narrator(const Value& schema, const Value& config, std::map<std::string, std::string> numbers)
        : schema_(&schema), config_(&config), numbers_(std::move(numbers)) {}

    std::vector<ConfigViolation> tell(const valijson::ValidationResults& results) {
        for (const auto& error : results) {
            tell(pointer_of(error.context), error.description);
        }
        if (violations_.empty()) {
            // The summaries alone are left where a verdict has no cause of its own, as with `not`.
            for (const auto& error : results) {
                const std::string pointer = pointer_of(error.context);
                add({pointer, false, name_of(pointer) + ": " + error.description});
            }
        }
        return std::move(violations_);
    }

private:
    /// A number as the person wrote it.
    [[nodiscard]] std::string written(const std::string& pointer, const Value& value) const {
        const auto found = numbers_.find(pointer);
        return found == numbers_.end() ? value.dump() : found->second;
    }
    [[nodiscard]] std::string in_words(const std::string& pointer, const Value& value) const {
        return found_in_words(value, value.is_number() ? written(pointer, value) : "");
    }

    void tell(const std::string& pointer, const std::string& verdict) {
        const auto is = [&](std::string_view beginning) { return verdict.starts_with(beginning); };
        const Value& value = config_->at(Value::json_pointer(pointer));
        const std::string is_this = ", and this is " + in_words(pointer, value) + ".";
        if (is("Value type not permitted")) {
            add_unless_told(pointer, "must be " + wanted_at(pointer, "type") + is_this);
        } else if (is("Failed to match against any enum")) {
            add_unless_told(
                pointer,
                "must be " + wanted_at(pointer, "enum") + is_this + suggestion(pointer, value));
        } else if (is("Failed to match expected value set by 'const'")) {
            add_unless_told(pointer, "must be " + wanted_at(pointer, "const") + is_this);
        } else if (is("Expected number")) {
            add_unless_told(pointer,
                            "must be " + bound_at(pointer, value) + ", and this is " +
                                written(pointer, value) + ".");
        } else if (is("Failed to match regex")) {
            add_unless_told(pointer, "must " + pattern_at(pointer) + is_this);
        } else if (is("String should be no ")) {
            add_unless_told(pointer,
                            "must be " + length_in_words(schemas_at(*schema_, pointer)) + is_this);
        } else if (const auto words = counted_in_words(
                       verdict, value, value.is_number() ? written(pointer, value) : "")) {
            add_unless_told(pointer, *words);
        } else if (is("Missing required property '")) {
            tell_missing(pointer, verdict);
        } else if (is("Object contains a property")) {
            tell_unknown_keys(pointer, value);
        } else if (is("Failed to validate against any schemas allowed by anyOf") ||
                   is("Failed to validate against any child schemas allowed by oneOf")) {
            tell_alternatives(pointer, value, is("Failed to validate against any schemas"));
        } else if (!is("Failed to validate")) {
            add({pointer, false, name_of(pointer) + ": " + verdict});
        }
    }

    void tell_missing(const std::string& pointer, const std::string& verdict) {
        const std::size_t begin = verdict.find('\'') + 1;
        const std::string key = verdict.substr(begin, verdict.rfind('\'') - begin);
        std::string help;
        for (const Value* schema : schemas_at(*schema_, pointer + pointer_step(key))) {
            if (help.empty() && schema->contains("description")) {
                help = " (" + schema->at("description").get<std::string>() + ")";
            }
        }
        const std::string where = pointer.empty() ? "" : " in " + name_of(pointer);
        add({pointer, false, "'" + key + "' is missing" + where + help + "."});
    }

    void tell_unknown_keys(const std::string& pointer, const Value& value) {
        std::vector<std::string> known;
        const auto schemas = schemas_at(*schema_, pointer);
        for (const Value* schema : schemas) {
            if (schema->contains("properties")) {
                for (const auto& [key, part] : schema->at("properties").items()) {
                    known.push_back(key);
                }
            }
        }
        for (const auto& [key, member] : value.items()) {
            const std::string below = pointer + pointer_step(key);
            if (schemas_at(*schema_, below).empty()) {
                const bool takes_any = std::find(known.begin(), known.end(), key) != known.end();
                if (!takes_any) {
                    add({below, true, "unknown key '" + key + "'." + help_for(key, known)});
                }
            }
        }
    }
    static std::string help_for(const std::string& key, const std::vector<std::string>& known) {
        std::string help = did_you_mean(key, known);
        if (help.empty() && !known.empty()) {
            help = " Known are";
            for (const std::string& name : known) {
                help += (name == known.front() ? " '" : ", '") + name + "'";
            }
            help += ".";
        }
        return help.empty() ? " No key is known here." : help;
    }

    /// One sentence for all the alternatives, in place of what each of them complained of.
    void tell_alternatives(const std::string& pointer, const Value& value, bool is_any) {
        std::erase_if(violations_, [&](const ConfigViolation& told) {
            return told.pointer == pointer || told.pointer.starts_with(pointer + "/");
        });
        std::string wanted;
        for (const Value* schema : schemas_at(*schema_, pointer)) {
            const char* const key = is_any ? "anyOf" : "oneOf";
            if (!schema->contains(key)) {
                continue;
            }
            for (const Value& part : schema->at(key)) {
                const std::string words = wanted_by(part);
                wanted += words.empty() ? "" : (wanted.empty() ? "" : ", or ") + words;
            }
        }
        add({pointer,
             false,
             name_of(pointer) +
                 (wanted.empty() ? " fits none of the forms that are allowed"
                                 : " must be " + wanted) +
                 ", and this is " + in_words(pointer, value) + "."});
    }

    /// What the first schema with `key` at this place wants, in words.
    [[nodiscard]] std::string wanted_at(const std::string& pointer, const char* key) const {
        for (const Value* schema : schemas_at(*schema_, pointer)) {
            if (schema->contains(key)) {
                Value only{{key, schema->at(key)}};
                return wanted_by(only);
            }
        }
        return "of another form";
    }
    /// What the first schema with a pattern at this place wants, in words.
    [[nodiscard]] std::string pattern_at(const std::string& pointer) const {
        for (const Value* schema : schemas_at(*schema_, pointer)) {
            if (schema->contains("pattern") && schema->at("pattern").is_string()) {
                return "match the pattern " + schema->at("pattern").get<std::string>();
            }
        }
        return "be of another form";
    }
    [[nodiscard]] std::string suggestion(const std::string& pointer, const Value& value) const {
        std::vector<std::string> known;
        for (const Value* schema : schemas_at(*schema_, pointer)) {
            if (schema->contains("enum")) {
                for (const Value& candidate : schema->at("enum")) {
                    if (candidate.is_string()) {
                        known.push_back(candidate);
                    }
                }
            }
        }
        return value.is_string() ? did_you_mean(value.get<std::string>(), known) : std::string();
    }
    /// The bound that `value` breaks, in words.
    [[nodiscard]] std::string bound_at(const std::string& pointer, const Value& value) const {
        const double number = value.is_number() ? value.get<double>() : 0;
        const auto breaks = [&](const Value& schema, const char* key, auto&& is_broken) {
            return schema.contains(key) && schema.at(key).is_number() &&
                   is_broken(schema.at(key).get<double>());
        };
        for (const Value* schema : schemas_at(*schema_, pointer)) {
            if (breaks(*schema, "minimum", [&](double bound) { return number < bound; })) {
                return "at least " + schema->at("minimum").dump();
            }
            if (breaks(*schema, "maximum", [&](double bound) { return number > bound; })) {
                return "at most " + schema->at("maximum").dump();
            }
            if (breaks(
                    *schema, "exclusiveMinimum", [&](double bound) { return number <= bound; })) {
                return "more than " + schema->at("exclusiveMinimum").dump();
            }
            if (breaks(
                    *schema, "exclusiveMaximum", [&](double bound) { return number >= bound; })) {
                return "less than " + schema->at("exclusiveMaximum").dump();
            }
        }
        return "within its bounds";
    }

    void add_unless_told(const std::string& pointer, const std::string& message) {
        add({pointer, false, name_of(pointer) + " " + message});
    }
    void add(ConfigViolation violation) {
        const bool is_told =
            std::any_of(violations_.begin(), violations_.end(), [&](const ConfigViolation& told) {
                return told.pointer == violation.pointer && told.message == violation.message;
            });
        if (!is_told) {
            violations_.push_back(std::move(violation));
        }
    }

    const Value* schema_;
    const Value* config_;
    std::map<std::string, std::string> numbers_;
    std::vector<ConfigViolation> violations_;
};

}  // namespace

Result<void> check_schema(std::string_view schema) {
    try {
        const Value parsed = Value::parse(effective_schema(schema));
        if (!parsed.is_object()) {
            return bad_schema("it is not an object.");
        }
        valijson::Schema rules;
        valijson::SchemaParser parser;
        parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(parsed), rules);
        return success();
    } catch (const std::exception& error) {
        return bad_schema(error.what());
    }
}

std::vector<ConfigViolation> check_config(std::string_view schema, std::string_view config) {
    try {
        Value wanted = Value::parse(effective_schema(schema));
        remove_formats(wanted);
        const Value given = Value::parse(config);
        std::vector<ConfigViolation> unmatchable;
        find_unmatchable(wanted, given, "", unmatchable);
        if (!unmatchable.empty()) {
            return unmatchable;
        }
        valijson::Schema rules;
        valijson::SchemaParser parser;
        parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(wanted), rules);
        valijson::Validator validator(valijson::Validator::kStrongTypes);
        valijson::ValidationResults results;
        if (validator.validate(rules, valijson::adapters::NlohmannJsonAdapter(given), &results)) {
            return {};
        }
        return Narrator(wanted, given, number_texts(config)).tell(results);
    } catch (const std::exception& error) {
        return {{"", false, std::string("the config cannot be checked: ") + error.what()}};
    }
}

}  // namespace drover
