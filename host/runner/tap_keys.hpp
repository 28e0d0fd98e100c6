/// The keys of a tap over tcp, as files: the server's and a client's pair, and the list of clients
/// that may listen.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "link/curve_keys.hpp"

namespace drover {

/// Makes a pair in a new file that only its owner can read, in the form that pyzmq and CZMQ load.
/// Fails with `refused` where the file exists: a key that is in use must not be lost.
[[nodiscard]] Result<CurveKeys> make_key_file(const std::filesystem::path& file);

/// The pair in a file, which is made where it is missing. Fails with `refused` where others than
/// its owner may read it, and with `invalid` where it holds no pair.
[[nodiscard]] Result<CurveKeys> read_or_make_key_file(const std::filesystem::path& file);

/// Names by public key. A line is a key and, behind a blank, whose it is; empty lines and those
/// that begin with "# " say nothing. A file that is missing allows nobody. Fails with `invalid`,
/// naming the line, when one is neither.
[[nodiscard]] Result<std::map<std::string, std::string>> read_tap_clients(
    const std::filesystem::path& file);

}  // namespace drover
