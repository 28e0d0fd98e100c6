/// Remembers on disk which agents a person has stopped, so that they stay stopped when droverd is
/// restarted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace drover {

/// The names that `keep_stops` wrote; none where there is no such file. Fails with `invalid` when
/// it cannot be understood.
[[nodiscard]] Result<std::vector<std::string>> read_kept_stops(const std::filesystem::path& file);

/// Writes them; they are on disk when it returns.
[[nodiscard]] Result<void> keep_stops(const std::filesystem::path& file,
                                      const std::vector<std::string>& names);

/// Keeps them while droverd runs. A file that cannot be read or written stops nothing: it is said,
/// and writing is tried again. One thread.
class KeptStops {
public:
    /// How long after a failure it is tried again.
    static constexpr std::chrono::seconds pause{5};
    /// "stops_forgotten", "stops_not_kept" or "stops_kept", and a sentence.
    using Tell = std::function<void(const char* event, const std::string& sentence)>;

    KeptStops(std::filesystem::path file, Tell tell)
        : file_(std::move(file)), tell_(std::move(tell)) {}

    /// Who is to stay stopped at the start. A file that cannot be understood names nobody; it is
    /// set aside as FILE.broken, and warned of until another one is written.
    [[nodiscard]] std::vector<std::string> read();

    /// Writes who is to stay stopped when `wishes`, which counts what people wished, is another
    /// number than at the last call. Returns why that wish is not kept.
    std::optional<std::string> keep(std::uint64_t wishes, const std::vector<std::string>& names);
    /// Writes them in any case: another program has known them until now.
    void keep_anew(const std::vector<std::string>& names);
    /// Tries again what has failed, once the pause is over.
    void look(Monotonic now, const std::vector<std::string>& names);

    /// What a person should know of it now.
    [[nodiscard]] std::vector<std::string> warnings() const;

private:
    void write(const std::vector<std::string>& names);

    std::filesystem::path file_;
    Tell tell_;
    std::uint64_t wishes_ = 0;              ///< As they were when they were written last.
    std::optional<std::string> forgotten_;  ///< Why a file that was there counts for nothing.
    std::optional<std::string> unkept_;     ///< Why the last one could not be written.
    Monotonic next_try_{};
};

}  // namespace drover
