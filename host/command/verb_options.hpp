/// Options that several verbs share, spelled once.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "command/graph_verb.hpp"
#include "events/fleet_event.hpp"

namespace CLI {
class App;
class Validator;
}  // namespace CLI

namespace drover {

/// Refuses an empty value with this sentence: what was typed must not count as left out.
[[nodiscard]] CLI::Validator not_empty(const std::string& sentence);

/// `--state-dir DIR`. `target` keeps its value where the option is not given.
void add_state_directory(CLI::App& verb, std::filesystem::path& target);

/// DROVER_STATE_DIR, or `.drover` in the working directory.
[[nodiscard]] std::filesystem::path default_state_directory();

/// `-f FILE`, agents.yaml where it is not given.
void add_fleet_file(CLI::App& verb, std::filesystem::path& target);

/// `--environment NAME`: sets DROVER_ENVIRONMENT for this process and all that it starts.
void add_environment(CLI::App& verb);

/// `-o text|json`, or `table|json` where `text_word` says so.
void add_output_format(CLI::App& verb, bool& as_json, const std::string& text_word = "text");

/// `--NAME DURATION`: 500ms, 30s, 2m, or a bare number of seconds.
void add_duration(CLI::App& verb,
                  const std::string& name,
                  std::chrono::milliseconds& target,
                  const std::string& meaning);

/// `--timeout DURATION`.
void add_timeout(CLI::App& verb, std::chrono::milliseconds& target, const std::string& meaning);

/// `NAME DURATION`, which has no value where it is not given.
void add_duration(CLI::App& verb,
                  const std::string& name,
                  std::optional<std::chrono::milliseconds>& target,
                  const std::string& meaning);

/// `--watch [INTERVAL]`, a second where none is given. What follows it and is no duration is one
/// more of `names`.
void add_interval(CLI::App& verb,
                  std::optional<std::chrono::milliseconds>& target,
                  std::vector<std::string>& names);

/// `--interval DURATION`, at least 50 ms: how often something is shown anew.
void add_pause(CLI::App& verb, std::chrono::milliseconds& target);

/// `-n,--NAME N`: a whole number from 1 on.
void add_count(CLI::App& verb,
               const std::string& name,
               const std::string& meaning,
               std::function<void(std::uint64_t)> take);

/// `--socket [ENDPOINT]` of tap: whether it is given, and what follows it.
void add_tap_socket(CLI::App& verb, bool& is_given, std::string& endpoint);

/// `--since WHEN`: wall ns.
void add_since(CLI::App& verb, std::optional<std::int64_t>& target);

/// `--kind KIND…`, repeatable and with commas.
void add_event_kinds(CLI::App& verb, std::vector<EventKind>& target);

/// `-o text|dot|mermaid|json`.
void add_graph_form(CLI::App& verb, GraphForm& target);

/// The example below a verb's help.
void add_example(CLI::App& verb, const std::string& lines);

}  // namespace drover
