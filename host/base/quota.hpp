/// How many messages and bytes an agent may publish in a second, and a meter that holds it to that.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace drover {

/// Nothing in a member: no bound.
struct Quota {
    std::optional<std::uint64_t> messages{};  ///< A second.
    std::optional<std::uint64_t> bytes{};     ///< A second; of records and JSON values.
    /// So much of a rate may come at once.
    std::chrono::nanoseconds burst = std::chrono::seconds(1);

    [[nodiscard]] bool is_unlimited() const { return !messages && !bytes; }
    friend bool operator==(const Quota&, const Quota&) = default;
};

/// As it stands in messages of the control channel: {"messages","bytes","burst"}, null for no
/// bound, the burst in ns.
[[nodiscard]] Json to_json(const Quota& quota);
/// Throws Json::exception for a missing key or a value of another type.
[[nodiscard]] Quota quota_from_json(const Json& json);

/// A token bucket for each rate. Something passes while both hold any token, and takes as many as
/// it is worth: so a message larger than a burst passes too, and is waited for afterwards. One
/// thread.
class QuotaMeter {
public:
    /// Both buckets are full. `slack` is added to the burst.
    QuotaMeter(const Quota& quota, std::chrono::nanoseconds slack, Monotonic now);

    enum class Verdict { passes, too_many_messages, too_many_bytes };

    /// Whether something may pass now that is worth so many messages; 0: it joins one that has
    /// passed. It takes nothing.
    [[nodiscard]] Verdict look(Monotonic now, std::uint64_t messages = 1);
    /// What was used up, as the file writes it: "messages: 2000/s".
    [[nodiscard]] std::string text_of(Verdict verdict) const;
    /// Something has passed.
    void take(std::uint64_t messages, std::uint64_t bytes);

    [[nodiscard]] const Quota& quota() const { return quota_; }

private:
    /// Tokens that come at a steady rate and are kept up to a bound; may be negative.
    struct Bucket {
        double rate = 0;  ///< A second; 0: no bound.
        double most = 0;
        double tokens = 0;

        [[nodiscard]] bool is_empty() const { return rate > 0 && tokens <= 0; }
    };
    static Bucket make_bucket(std::optional<std::uint64_t> rate, std::chrono::nanoseconds burst);
    static void fill(Bucket& bucket, double seconds);

    Quota quota_;
    Bucket messages_;
    Bucket bytes_;
    Monotonic filled_;
};

}  // namespace drover
