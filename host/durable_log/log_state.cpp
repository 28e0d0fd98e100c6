#include "durable_log/log_state.hpp"

#include <cstring>
#include <string_view>

#include "base/json_value.hpp"

namespace drover {
namespace {

Json to_json(const PartitionHistory& history) {
    Json epochs = Json::array();
    for (const PartitionEpoch& epoch : history) {
        Json keys = Json::array();
        for (const RecordKey& key : epoch.keys) {
            keys.push_back({key.type, key.offset, key.size});
        }
        epochs.push_back(
            {{"from", epoch.from}, {"members", epoch.members}, {"keys", std::move(keys)}});
    }
    return epochs;
}

/// Throws Json::exception.
PartitionHistory history_from(const Json& json) {
    PartitionHistory history;
    for (const Json& epoch : json) {
        PartitionEpoch& made = history.emplace_back();
        made.from = epoch.at("from").get<std::uint64_t>();
        made.members = epoch.at("members").get<std::vector<std::string>>();
        for (const Json& key : epoch.at("keys")) {
            made.keys.push_back({key.at(0).get<std::uint32_t>(),
                                 key.at(1).get<std::uint32_t>(),
                                 key.at(2).get<std::uint32_t>()});
        }
    }
    return history;
}

Json to_json(const VoidNotice& notice) {
    return {notice.position, notice.topic, notice.sequence, notice.incarnation, notice.receiver};
}

/// Throws Json::exception.
std::vector<VoidNotice> notices_from(const Json& json) {
    std::vector<VoidNotice> notices;
    for (const Json& notice : json) {
        notices.push_back({notice.at(0).get<std::uint64_t>(),
                           notice.at(1).get<std::string>(),
                           notice.at(2).get<std::uint64_t>(),
                           notice.at(3).get<std::uint32_t>(),
                           notice.at(4).get<std::string>()});
    }
    return notices;
}

}  // namespace

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
    Json json = {{"sequences", std::move(sequences)}, {"receivers", std::move(receivers)}};
    for (const auto& [agent, history] : state.shared) {
        json["shared"][agent] = to_json(history);
    }
    for (const auto& [publisher, notices] : state.notices) {
        Json list = Json::array();
        for (const VoidNotice& notice : notices) {
            list.push_back(to_json(notice));
        }
        json["notices"].push_back({publisher, std::move(list)});
    }
    const std::string text = to_line(json);
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
        if (const auto shared = json.value().find("shared"); shared != json.value().end()) {
            for (const auto& [agent, history] : shared->items()) {
                state.shared[agent] = history_from(history);
            }
        }
        if (const auto all = json.value().find("notices"); all != json.value().end()) {
            for (const Json& entry : *all) {
                state.notices[entry.at(0).get<std::uint32_t>()] = notices_from(entry.at(1));
            }
        }
    } catch (const Json::exception& error) {
        return Error{ErrorKind::invalid,
                     std::string("A checkpoint of the log is damaged: ") + error.what() + "."};
    }
    return state;
}

ReceiverProgress progress_in(const LogState& state) {
    return [&state](const std::string& receiver) -> std::optional<std::uint64_t> {
        const auto found = state.receivers.find(receiver);
        return found == state.receivers.end() ? std::nullopt
                                              : std::optional(found->second.effective);
    };
}

}  // namespace drover
