#include "durable_log/log_state.hpp"

#include <cstring>
#include <string_view>

#include "base/json_value.hpp"

namespace drover {

std::vector<std::byte> encode_state(const LogState& state) {
    Json sequences = Json::array();
    for (const auto& [publisher, sequence] : state.sequences) {
        sequences.push_back({publisher, sequence});
    }
    Json receivers = Json::object();
    for (const auto& [name, cursor] : state.receivers) {
        receivers[name] = {
            {"handled", cursor.handled}, {"effective", cursor.effective}, {"skips", cursor.skips}};
    }
    const std::string text =
        to_line({{"sequences", std::move(sequences)}, {"receivers", std::move(receivers)}});
    std::vector<std::byte> body(text.size());
    std::memcpy(body.data(), text.data(), text.size());
    return body;
}

Result<LogState> decode_state(std::span<const std::byte> body) {
    const auto json =
        parse_json(std::string_view(reinterpret_cast<const char*>(body.data()), body.size()));
    if (!json) {
        return json.error().within("A checkpoint of the log");
    }
    LogState state;
    try {
        for (const Json& entry : json.value().at("sequences")) {
            state.sequences[entry.at(0).get<std::uint32_t>()] = entry.at(1).get<std::uint64_t>();
        }
        for (const auto& [name, cursor] : json.value().at("receivers").items()) {
            state.receivers[name] = {cursor.at("handled").get<std::uint64_t>(),
                                     cursor.at("effective").get<std::uint64_t>(),
                                     cursor.at("skips").get<std::vector<std::uint64_t>>()};
        }
    } catch (const Json::exception& error) {
        return Error{ErrorKind::invalid,
                     std::string("A checkpoint of the log is damaged: ") + error.what() + "."};
    }
    return state;
}

}  // namespace drover
