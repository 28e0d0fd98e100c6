/// What `drover generate bars` was asked for, checked.
#pragma once

#include <cstdint>
#include <string>

namespace drover {

/// The options as they were typed.
struct GenerateOptions {
    std::string count;
    std::string interval = "1m";
    std::string seed = "1";
    std::string start = "2020-01-02";
    std::string price = "100.00";
    std::string file;  ///< "-" is standard output.
    bool overwrite = false;
};

/// What they mean.
struct GenerateSettings {
    std::int64_t count = 0;
    std::int64_t bar_seconds = 0;
    std::uint64_t seed = 0;
    std::int64_t start = 0;  ///< Seconds since the epoch: the first bar opens then.
    std::int64_t price = 0;  ///< Ticks of 0.01: the first open, give or take a tick.
};

/// Reads the options. Throws std::invalid_argument with one sentence that names option and value.
[[nodiscard]] GenerateSettings read_generate_settings(const GenerateOptions& options);

}  // namespace drover
