#include "base/quota.hpp"

#include <algorithm>

#include "base/json_value.hpp"

namespace drover {

namespace {

std::optional<std::uint64_t> rate_in(const Json& rate) {
    return rate.is_null() ? std::nullopt : std::optional(rate.get<std::uint64_t>());
}

Json json_of_rate(const std::optional<std::uint64_t>& rate) {
    return rate ? Json(*rate) : Json(nullptr);
}

}  // namespace

Json to_json(const Quota& quota) {
    return {{"messages", json_of_rate(quota.messages)},
            {"bytes", json_of_rate(quota.bytes)},
            {"burst", quota.burst.count()}};
}

Quota quota_from_json(const Json& json) {
    return {rate_in(json.at("messages")),
            rate_in(json.at("bytes")),
            std::chrono::nanoseconds(json.at("burst").get<std::int64_t>())};
}

QuotaMeter::Bucket QuotaMeter::make_bucket(std::optional<std::uint64_t> rate,
                                           std::chrono::nanoseconds burst) {
    if (!rate) {
        return {};
    }
    const auto a_second = static_cast<double>(*rate);
    // The tokens beyond the one that something needs to pass: while any are there, it may. A bucket
    // that could not hold one would let nothing pass, ever; and sums of small times fall short.
    constexpr double shortfall = 1e-6;
    const double whole = std::max(a_second * std::chrono::duration<double>(burst).count(), 1.0);
    const double most = whole - 1 + shortfall;
    return {a_second, most, most};
}

void QuotaMeter::fill(Bucket& bucket, double seconds) {
    bucket.tokens = std::min(bucket.most, bucket.tokens + bucket.rate * seconds);
}

QuotaMeter::QuotaMeter(const Quota& quota, std::chrono::nanoseconds slack, Monotonic now)
    : quota_(quota),
      messages_(make_bucket(quota.messages, quota.burst + slack)),
      bytes_(make_bucket(quota.bytes, quota.burst + slack)),
      filled_(now) {}

QuotaMeter::Verdict QuotaMeter::look(Monotonic now, std::uint64_t messages) {
    if (now > filled_) {
        const double seconds = std::chrono::duration<double>(now - filled_).count();
        fill(messages_, seconds);
        fill(bytes_, seconds);
        filled_ = now;
    }
    if (messages > 0 && messages_.is_empty()) {
        return Verdict::too_many_messages;
    }
    return bytes_.is_empty() ? Verdict::too_many_bytes : Verdict::passes;
}

std::string QuotaMeter::text_of(Verdict verdict) const {
    return verdict == Verdict::too_many_messages
               ? "messages: " + std::to_string(quota_.messages.value_or(0)) + "/s"
               : "bytes: " + std::to_string(quota_.bytes.value_or(0)) + "/s";
}

void QuotaMeter::take(std::uint64_t messages, std::uint64_t bytes) {
    messages_.tokens -= static_cast<double>(messages);
    bytes_.tokens -= static_cast<double>(bytes);
}

}  // namespace drover
