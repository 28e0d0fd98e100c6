/// Reads the keys of one map of agents.yaml strictly and collects what is wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/fleet_config.hpp"
#include "config/keys.hpp"
#include "config/yaml_tree.hpp"

namespace drover {

/// A word of the file and what it stands for.
template <typename Value>
struct Word {
    std::string_view word;
    Value value;
};

/// Whether a scalar says yes or no: true, false, yes, no. Nothing otherwise.
[[nodiscard]] std::optional<bool> truth_of(const YamlNode& node);

/// "a, b or c"
[[nodiscard]] std::string alternatives(const std::vector<std::string>& words);

/// Reads one map. A key without a value counts as absent. Each `read_` function leaves its target
/// alone when the key is absent, and adds a fault and leaves it alone when the value is wrong.
/// Borrows the node and the list of faults.
class MapReader {
public:
    /// Adds a fault when `node` is no map and one for each key that `section` does not know.
    /// `owner` begins the messages: "agent 'risk'".
    MapReader(const YamlNode& node, Section section, std::string owner, std::vector<Fault>& faults);

    /// The entry of a key, or nothing when it is absent or has no value.
    [[nodiscard]] const YamlEntry* find(std::string_view key) const;

    void read_text(std::string_view key, std::string& target) const;
    void read_boolean(std::string_view key, bool& target) const;
    void read_duration(std::string_view key, Nanoseconds& target, Nanoseconds least) const;
    void read_size(std::string_view key, std::uint64_t& target, std::uint64_t least) const;
    void read_integer(std::string_view key, int& target, int least, int most) const;
    void read_number(std::string_view key, double& target, double least, double most) const;

    /// Reads one of several words. `later` are words of later releases.
    template <typename Value, std::size_t Count>
    void read_word(std::string_view key,
                   Value& target,
                   const Word<Value> (&words)[Count],
                   const std::vector<std::string>& later = {}) const {
        const YamlEntry* const entry = find(key);
        if (entry == nullptr) {
            return;
        }
        std::vector<std::string> known;
        for (const Word<Value>& word : words) {
            if (entry->value.kind == YamlNode::Kind::scalar && entry->value.text == word.word) {
                target = word.value;
                return;
            }
            known.emplace_back(word.word);
        }
        refuse_word(*entry, known, later);
    }

    void add_fault(const SourcePlace& place, const std::string& message) const;
    [[nodiscard]] const std::string& owner() const { return owner_; }
    [[nodiscard]] std::vector<Fault>& faults() const { return *faults_; }

private:
    void refuse_word(const YamlEntry& entry,
                     const std::vector<std::string>& known,
                     const std::vector<std::string>& later) const;
    void refuse_key(const YamlEntry& entry, Section section) const;

    const YamlNode* node_;
    std::string owner_;
    std::vector<Fault>* faults_;
};

}  // namespace drover
