/// Secrets of an agent: files that only their owner may read, and where in `config` they stand.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/fleet_config.hpp"
#include "config/map_reader.hpp"

namespace drover {

/// What a secret's file holds, without a newline at its end. Fails with `invalid` and a sentence
/// where there is no such file, it is no regular file, somebody else than its owner may read or
/// write it, it belongs to somebody else than this user or root, or it holds no secret: nothing,
/// less than 4 bytes, more than 64 KiB, or what is no text.
[[nodiscard]] Result<std::string> read_secret(const std::filesystem::path& file);

/// Reads the key `secrets`, a map from names to files relative to `folder`, and checks the files.
void read_secrets(const MapReader& reader, AgentConfig& agent, const std::filesystem::path& folder);

/// "api-key" of "${secret:api-key}"; "" of every other text.
[[nodiscard]] std::string secret_name_in(const std::string& text);

}  // namespace drover
