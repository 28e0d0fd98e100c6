#include "config/yaml_tree.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "base/printable_text.hpp"
#include "config/scalar.hpp"
#include "config/yaml_syntax.hpp"

namespace drover {
namespace {

constexpr std::size_t deepest = 64;
constexpr std::size_t most_nodes = 200'000;

/// Ends the parse: what follows would only repeat the fault or exhaust the memory.
class GiveUp : public std::runtime_error {
public:
    GiveUp(SourcePlace place, const std::string& message)
        : std::runtime_error(message), place_(std::move(place)) {}
    [[nodiscard]] Fault fault() const { return {place_, what()}; }

private:
    SourcePlace place_;
};

std::size_t count_nodes(const YamlNode& node) {
    std::size_t count = 1;
    for (const YamlNode& item : node.items) {
        count += count_nodes(item);
    }
    for (const YamlEntry& entry : node.entries) {
        count += count_nodes(entry.value);
    }
    return count;
}

std::size_t depth_of(const YamlNode& node) {
    std::size_t depth = 0;
    for (const YamlNode& item : node.items) {
        depth = std::max(depth, depth_of(item));
    }
    for (const YamlEntry& entry : node.entries) {
        depth = std::max(depth, depth_of(entry.value));
    }
    return depth + 1;
}

/// Builds the tree from the parser's events. yaml-cpp's own nodes would lose duplicate keys.
class TreeBuilder : public YAML::EventHandler {
public:
    TreeBuilder(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {
        for (std::size_t at = 0; at != std::string_view::npos; at = text.find('\n', at)) {
            at += std::size_t{line_starts_.empty() ? 0U : 1U};
            line_starts_.push_back(at);
        }
    }

    YamlDocument take() { return {std::move(root_), std::move(faults_), true}; }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ > 1) {
            throw GiveUp(place_of(mark),
                         "A second YAML document begins here; an agents file holds one.");
        }
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        YamlNode node;
        node.place = place_of(mark);
        add(std::move(node), anchor);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end()) {
            throw GiveUp(place_of(mark), "This alias stands inside the value that it refers to.");
        }
        YamlNode copy = found->second;
        count(count_nodes(copy), mark);
        check_depth(open_.size() + depth_of(copy), place_of(mark));
        add(std::move(copy), 0);
    }
    void OnScalar(const YAML::Mark& mark,
                  const std::string& tag,
                  YAML::anchor_t anchor,
                  const std::string& value) override {
        YamlNode node;
        node.kind = YamlNode::Kind::scalar;
        node.text = value;
        node.is_plain = tag == "?";
        node.place = place_of(mark);
        if (tag != "?" && tag != "!" && tag != "tag:yaml.org,2002:str") {
            refuse_tag(tag, node.place);
        }
        if (!node.is_plain && !is_quote_closed(text_from(mark))) {
            throw GiveUp(node.place,
                         "This is not valid YAML: the quote that opens here is not "
                         "closed.");
        }
        count(1, mark);
        add(std::move(node), anchor);
    }
    void OnSequenceStart(const YAML::Mark& mark,
                         const std::string& tag,
                         YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override {
        open(YamlNode::Kind::list, mark, tag, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark,
                    const std::string& tag,
                    YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        open(YamlNode::Kind::map, mark, tag, anchor);
    }
    void OnMapEnd() override { close(); }

private:
    struct Key {
        std::string text;
        SourcePlace place;
        bool is_merge = false;
        bool is_usable = true;  ///< False where a fault was reported: its value is dropped.
    };
    struct Open {
        YamlNode node;
        YAML::anchor_t anchor = 0;
        std::optional<Key> key;
        std::map<std::string, SourcePlace> seen;
        std::vector<YamlNode> merges;
    };

    [[nodiscard]] SourcePlace place_of(const YAML::Mark& mark) const {
        return {file_, mark.line + 1, mark.column + 1};
    }
    /// The text from a mark on; empty where the mark lies outside.
    [[nodiscard]] std::string_view text_from(const YAML::Mark& mark) const {
        const auto line = static_cast<std::size_t>(mark.line);
        const std::size_t start = line < line_starts_.size() ? line_starts_[line] : text_.size();
        return text_.substr(std::min(start + static_cast<std::size_t>(mark.column), text_.size()));
    }
    void refuse_tag(const std::string& tag, const SourcePlace& place) {
        faults_.push_back({place, "The tag '" + tag + "' is not supported; remove it."});
    }
    void count(std::size_t more, const YAML::Mark& mark) {
        nodes_ += more;
        if (nodes_ > most_nodes) {
            throw GiveUp(place_of(mark),
                         "The file holds more than " + std::to_string(most_nodes) +
                             " values (aliases count as what they stand for).");
        }
    }
    static void check_depth(std::size_t depth, const SourcePlace& place) {
        if (depth > deepest) {
            throw GiveUp(
                place,
                "Values are nested more than " + std::to_string(deepest) + " levels deep here.");
        }
    }
    void open(YamlNode::Kind kind,
              const YAML::Mark& mark,
              const std::string& tag,
              YAML::anchor_t anchor) {
        Open next;
        next.node.kind = kind;
        next.node.place = place_of(mark);
        next.anchor = anchor;
        if (!tag.empty() && tag != "?" && tag != "!") {
            refuse_tag(tag, next.node.place);
        }
        count(1, mark);
        open_.push_back(std::move(next));
        check_depth(open_.size(), open_.back().node.place);
    }
    void close() {
        Open last = std::move(open_.back());
        open_.pop_back();
        for (const YamlNode& merged : last.merges) {
            merge(last.node, merged);
        }
        add(std::move(last.node), last.anchor);
    }
    void add(YamlNode node, YAML::anchor_t anchor) {
        if (anchor != 0) {
            anchors_[anchor] = node;
        }
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        Open& parent = open_.back();
        if (parent.node.kind == YamlNode::Kind::list) {
            parent.node.items.push_back(std::move(node));
        } else if (!parent.key) {
            parent.key = key_from(parent, node);
        } else {
            add_value(parent, std::move(node));
        }
    }
    Key key_from(Open& parent, const YamlNode& node) {
        Key key{node.text, node.place, node.is_plain && node.text == "<<", true};
        if (node.kind != YamlNode::Kind::scalar) {
            faults_.push_back(
                {node.place, "A key must be a text, and this is " + drover::describe(node) + "."});
            key.is_usable = false;
            return key;
        }
        const auto [first, is_new] = parent.seen.emplace(key.text, key.place);
        if (!is_new) {
            faults_.push_back({key.place,
                               "The key '" + key.text +
                                   "' stands here for the second time; the first is in "
                                   "line " +
                                   std::to_string(first->second.line) + "."});
            key.is_usable = false;
        }
        return key;
    }
    void add_value(Open& parent, YamlNode node) {
        Key key = std::move(*parent.key);
        parent.key.reset();
        if (!key.is_usable) {
            return;
        }
        if (!key.is_merge) {
            parent.node.entries.push_back({key.text, key.place, std::move(node)});
            return;
        }
        if (node.kind == YamlNode::Kind::list) {
            for (YamlNode& item : node.items) {
                add_merge(parent, std::move(item));
            }
        } else {
            add_merge(parent, std::move(node));
        }
    }
    void add_merge(Open& parent, YamlNode node) {
        if (node.kind != YamlNode::Kind::map) {
            faults_.push_back({node.place,
                               "'<<' takes a map or a list of maps, and this is " +
                                   drover::describe(node) + "."});
            return;
        }
        parent.merges.push_back(std::move(node));
    }
    static void merge(YamlNode& into, const YamlNode& from) {
        for (const YamlEntry& entry : from.entries) {
            if (into.find(entry.key) == nullptr) {
                into.entries.push_back(entry);
            }
        }
    }

    std::string_view text_;
    std::vector<std::size_t> line_starts_;
    std::string file_;
    std::vector<Fault> faults_;
    YamlNode root_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, YamlNode> anchors_;
    std::size_t nodes_ = 0;
    int documents_ = 0;
};

YamlDocument failed(SourcePlace place, const std::string& message) {
    YamlDocument document;
    document.faults.push_back({std::move(place), message});
    return document;
}

}  // namespace

const YamlEntry* YamlNode::find(std::string_view key) const {
    const auto found = std::find_if(
        entries.begin(), entries.end(), [&](const YamlEntry& entry) { return entry.key == key; });
    return found == entries.end() ? nullptr : &*found;
}

YamlEntry* YamlNode::find(std::string_view key) {
    return const_cast<YamlEntry*>(std::as_const(*this).find(key));
}

YamlDocument parse_yaml(const std::string& text, const std::string& file) {
    TreeBuilder builder(text, file);
    try {
        std::istringstream stream(text);
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
        return builder.take();
    } catch (const GiveUp& end) {
        return failed(end.fault().place, end.fault().message);
    } catch (const YAML::DeepRecursion& error) {
        return failed(
            {file, error.mark.line + 1, error.mark.column + 1},
            "Values are nested more than " + std::to_string(deepest) + " levels deep here.");
    } catch (const YAML::Exception& error) {
        return failed({file, error.mark.line + 1, error.mark.column + 1},
                      explain_syntax(error.msg, text, error.mark.line));
    }
}

std::string describe(const YamlNode& node) {
    switch (node.kind) {
        case YamlNode::Kind::null:
            return "nothing";
        case YamlNode::Kind::list:
            return "a list";
        case YamlNode::Kind::map:
            return "a map";
        case YamlNode::Kind::scalar:
            break;
    }
    switch (node.is_plain ? plain_type(node.text) : PlainType::text) {
        case PlainType::null:
            return "nothing";
        case PlainType::boolean:
            return "'" + node.text + "'";
        case PlainType::number:
            return "the number " + excerpt(node.text);
        default:
            return "the text '" + excerpt(node.text) + "'";
    }
}

}  // namespace drover
