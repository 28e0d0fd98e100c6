/// A verb's options without the program around them.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace drover::test {

/// Parses `words` behind a verb's name; the sentence where they are refused.
inline std::string parse(CLI::App& verb, std::vector<std::string> words) {
    std::ranges::reverse(words);  // CLI11 takes them from the end.
    try {
        verb.parse(words);
        return "";
    } catch (const CLI::ParseError& error) {
        return error.what();
    }
}

}  // namespace drover::test
