/// Options that several verbs share, spelled once.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace CLI {
class App;
}

namespace drover {

/// `--state-dir DIR`. `target` keeps its value where the option is not given.
void add_state_directory(CLI::App& verb, std::filesystem::path& target);

/// DROVER_STATE_DIR, or `.drover` in the working directory.
[[nodiscard]] std::filesystem::path default_state_directory();

/// `-f FILE`, agents.yaml where it is not given.
void add_fleet_file(CLI::App& verb, std::filesystem::path& target);

/// `-o text|json`, or `table|json` where `text_word` says so.
void add_output_format(CLI::App& verb, bool& as_json, const std::string& text_word = "text");

/// `--timeout DURATION`: 500ms, 30s, 2m, or a bare number of seconds.
void add_timeout(CLI::App& verb, std::chrono::milliseconds& target, const std::string& meaning);

/// The example below a verb's help.
void add_example(CLI::App& verb, const std::string& lines);

}  // namespace drover
