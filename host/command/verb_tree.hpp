/// The verbs and options of a command as plain data, read off CLI11's own description of them:
/// what completion and the manual page are made from, so that neither can lag behind.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace drover {

/// One option, or a word that stands without one.
struct OptionEntry {
    std::vector<std::string> names;  ///< "-o", "--output"; of a word that stands alone, "NAME".
    std::string value;               ///< "DURATION"; empty for a flag.
    std::vector<std::string> words;  ///< The only values it takes, where they are few.
    std::string purpose;
    bool is_word = false;  ///< Stands alone, without an option's name.
    bool is_required = false;
};

struct VerbEntry {
    std::string name;
    std::string purpose;
    std::string footer;  ///< "Example:\n  drover up".
    std::vector<OptionEntry> options;
    std::vector<VerbEntry> verbs;
};

[[nodiscard]] VerbEntry verb_tree(const CLI::App& app);

}  // namespace drover
