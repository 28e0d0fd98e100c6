/// Walks the tree of a file.
#include "config/written.hpp"

#include "base/json_pointer.hpp"
#include "base/json_value.hpp"

namespace drover {
namespace {

std::string text_of(const YamlNode& node) {
    std::string text;
    switch (node.kind) {
        case YamlNode::Kind::null:
            return "null";
        case YamlNode::Kind::scalar:
            return node.is_plain ? node.text : to_line(Json(node.text));
        case YamlNode::Kind::list:
            for (const YamlNode& item : node.items) {
                text += (text.empty() ? "" : ", ") + text_of(item);
            }
            return "[" + text + "]";
        case YamlNode::Kind::map:
            // The entries of two maps that say the same may stand in any order.
            std::map<std::string, std::string> sorted;
            for (const YamlEntry& entry : node.entries) {
                sorted[to_line(Json(entry.key))] = text_of(entry.value);
            }
            for (const auto& [key, value] : sorted) {
                text += (text.empty() ? "" : ", ") + key + ": " + value;
            }
            return "{" + text + "}";
    }
    return text;
}

void collect(const YamlNode& node,
             const std::string& pointer,
             std::map<std::string, std::string>& values) {
    if (node.kind == YamlNode::Kind::map && !node.entries.empty()) {
        for (const YamlEntry& entry : node.entries) {
            collect(entry.value, pointer + pointer_step(entry.key), values);
        }
    } else if (node.kind != YamlNode::Kind::null) {
        values[pointer] = text_of(node);
    }
}

}  // namespace

std::map<std::string, std::string> written_values(const YamlNode& root) {
    std::map<std::string, std::string> values;
    collect(root, "", values);
    return values;
}

}  // namespace drover
