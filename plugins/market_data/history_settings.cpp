/// Reads the configuration of a history provider.
#include "market_data/history_settings.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <nlohmann/json.hpp>

#include <drover/agent.hpp>

#include "market_data/timestamp.hpp"

namespace drover {

using Json = nlohmann::json;

namespace {

Timestamp timestamp_setting(const Json& config, const char* key) {
    const auto text = config.at(key).get<std::string>();
    const auto stamp = parse_timestamp(text);
    if (!stamp) {
        throw Failure("config.time",
                      "'" + std::string(key) + ": " + text +
                          "' is neither a date like 2000-01-03 nor a time like "
                          "2020-01-02T09:30:00Z.");
    }
    return *stamp;
}

ReplaySpeed speed_setting(const Json& speed) {
    if (speed.is_number()) {
        return {ReplaySpeed::Kind::bars_per_second, speed.get<double>()};
    }
    const auto text = speed.get<std::string>();
    if (text == "max") {
        return {};
    }
    const double factor = std::strtod(text.c_str(), nullptr);
    if (!(factor > 0)) {
        throw Failure("config.speed",
                      "'speed: " + text + "' would never play a bar; use more than 0x, or max.");
    }
    return {ReplaySpeed::Kind::multiple_of_real_time, factor};
}

void read_range(const Json& config, HistorySettings& settings) {
    if (config.contains("from")) {
        settings.first_label = timestamp_setting(config, "from").time;
    }
    if (config.contains("to")) {
        const Timestamp last = timestamp_setting(config, "to");
        settings.last_label = last.is_date ? last.time + nanoseconds_per_day - 1 : last.time;
    }
    if (settings.first_label > settings.last_label) {
        throw Failure("config.range",
                      "'from: " + config.at("from").get<std::string>() +
                          "' lies after 'to: " + config.at("to").get<std::string>() + "'.");
    }
}

}  // namespace

std::int64_t ReplaySpeed::delay(std::int64_t distance) const {
    switch (kind) {
        case Kind::as_fast_as_possible:
            break;
        case Kind::bars_per_second:
            return std::llround(std::min(1e9 / factor, 1e18));
        case Kind::multiple_of_real_time:
            return std::llround(std::min(static_cast<double>(distance) / factor, 1e18));
    }
    return 0;
}

HistorySettings read_history_settings(std::string_view json) {
    const Json config = Json::parse(json);
    HistorySettings settings;
    settings.file = config.at("file").get<std::string>();
    settings.symbol = config.at("symbol").get<std::string>();
    settings.interval = config.value("interval", "1d");
    const auto length = parse_interval(settings.interval);
    if (!length) {
        throw Failure("config.interval",
                      "'interval: " + settings.interval +
                          "' is no length of a bar; write a number and s, m, h, d or w, like 5m.");
    }
    settings.interval_length = *length;
    settings.stamps_the_end = config.value("stamp", "start") == "end";
    settings.adjusted = config.value("adjusted", false);
    settings.stop_at_end = config.value("at_end", "idle") == "stop";
    settings.rounding =
        config.value("rounding", "exact") == "nearest" ? Rounding::nearest : Rounding::exact;
    settings.warm_up_bars = config.value("warmup_bars", std::size_t{0});
    if (config.contains("speed")) {
        settings.speed = speed_setting(config.at("speed"));
    }
    read_range(config, settings);
    return settings;
}

}  // namespace drover
