/// A YAML document as plain data that remembers where everything stands.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/fleet_config.hpp"

namespace drover {

struct YamlEntry;

/// One value of a document. Aliases and merge keys are resolved: their values are copies that keep
/// the place where they were written.
struct YamlNode {
    enum class Kind { null, scalar, list, map };

    Kind kind = Kind::null;
    std::string text;         ///< Of a scalar, as typed without its quotes.
    bool is_plain = false;    ///< A scalar without quotes, which may be a number or a boolean.
    bool is_literal = false;  ///< Holds no `${NAME}` to replace: it came from the command line.
    std::string secret = {};  ///< Of a scalar that is `${secret:NAME}`, the NAME.
    std::vector<YamlNode> items;
    std::vector<YamlEntry> entries;  ///< In the document's order; no key occurs twice.
    SourcePlace place;

    [[nodiscard]] const YamlEntry* find(std::string_view key) const;
    [[nodiscard]] YamlEntry* find(std::string_view key);
};

/// One `key: value` of a map.
struct YamlEntry {
    std::string key;
    SourcePlace key_place;
    YamlNode value;

    /// Where to point when the value is at fault: at the value, or at the key when there is none.
    [[nodiscard]] const SourcePlace& place() const {
        return value.kind == YamlNode::Kind::null ? key_place : value.place;
    }
};

/// What came of parsing: `root` is as much as could be read, `faults` what is wrong with it. After
/// a syntax error there is no root.
struct YamlDocument {
    YamlNode root;
    std::vector<Fault> faults;
    bool is_complete = false;  ///< False after a syntax error; `faults` holds it.
};

/// Parses one YAML document. Duplicate keys, keys that are no text, unknown tags and a second
/// document are faults; so are documents that are too deep or, by aliases, too large. `file` only
/// names the places.
[[nodiscard]] YamlDocument parse_yaml(const std::string& text, const std::string& file);

/// What a value is, for messages: "the text 'x'", "the number 5", "a list", "nothing".
[[nodiscard]] std::string describe(const YamlNode& node);

}  // namespace drover
