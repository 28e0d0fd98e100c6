/// What a recording holds of whom: a first look at it, before agents are started for it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "recording/recorded_inputs.hpp"
#include "recording/recording_names.hpp"

namespace drover {

struct RecordedLives {
    RecordingNames names;
    std::map<std::uint32_t, RecordedLife> lives;  ///< By stream.
    bool is_finished = false;
    std::uint64_t torn_bytes = 0;

    /// The agents of the lives, in the fleet's order; those that have left it come last.
    [[nodiscard]] std::vector<std::string> agents() const;
};

/// Reads the whole file once. Fails as RecordingReader does, and where it holds no life.
[[nodiscard]] Result<RecordedLives> read_recorded_lives(const std::filesystem::path& file);

/// {"STREAM": config} of the lives that have secrets, with the secrets in it: read anew from their
/// files, since a recording never holds them.
[[nodiscard]] Result<Json> configs_with_secrets(const RecordedLives& recorded);

}  // namespace drover
