#include "command/why_chain.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

#include "base/json_value.hpp"

namespace drover {
namespace {

bool mentions(const Json& value, const std::string& id) {
    if (value.is_string()) {
        return value.get_ref<const std::string&>() == id;
    }
    return value.is_structured() && std::any_of(value.begin(), value.end(), [&](const Json& inner) {
               return mentions(inner, id);
           });
}

/// A look at the bytes that costs little: only what passes is decoded.
bool may_mention(const RecordedMessage& message, const std::string& id) {
    const std::string_view bytes(reinterpret_cast<const char*>(message.payload.data()),
                                 message.payload.size());
    return bytes.find(id) != std::string_view::npos;
}

/// What the first reading finds.
struct Causes {
    std::map<RecordedId, RecordedId> of;
    std::set<RecordedId> mentions;
};

Result<Causes> find_causes(MessageSource& source, const std::string& id) {
    Causes causes;
    auto read = source.read([&](const RecordedMessage& message, const RecordingNames& names) {
        const RecordedHeader& header = message.header;
        causes.of.emplace(header.id, header.cause);
        if (may_mention(message, id) && mentions(names.payload_json(message), id)) {
            causes.mentions.insert(header.id);
        }
    });
    return read ? Result<Causes>(std::move(causes)) : Result<Causes>(read.error());
}

/// The ids of the chain with their depths.
std::map<RecordedId, std::uint32_t> chain_of(const Causes& causes) {
    std::map<RecordedId, std::uint32_t> depths;
    for (const RecordedId& mention : causes.mentions) {
        std::vector<RecordedId> row;
        for (RecordedId at = mention; at != RecordedId{};) {
            row.push_back(at);
            const auto cause = causes.of.find(at);
            // A cause comes before what it causes; a broken file must not make a ring.
            const bool goes_on =
                cause != causes.of.end() && std::ranges::find(row, cause->second) == row.end();
            at = goes_on ? cause->second : RecordedId{};
        }
        std::uint32_t depth = 0;
        for (auto link = row.rbegin(); link != row.rend(); ++link) {
            depths[*link] = depth++;
        }
    }
    return depths;
}

/// Leaves of several records those that mention the thing.
void keep_mentions(Json& message, const std::string& id) {
    const auto records = message.find("records");
    if (records != message.end() && records->size() > 1) {
        Json kept = Json::array();
        std::ranges::copy_if(*records, std::back_inserter(kept), [&](const Json& record) {
            return mentions(record, id);
        });
        *records = std::move(kept);
    }
}

}  // namespace

Result<std::vector<WhyLink>> why_chain(MessageSource& source, const std::string& id) {
    const auto causes = find_causes(source, id);
    if (!causes) {
        return causes.error();
    }
    const auto depths = chain_of(causes.value());
    std::map<RecordedId, WhyLink> links;
    auto read = source.read([&](const RecordedMessage& message, const RecordingNames& names) {
        const RecordedHeader& header = message.header;
        const auto depth = depths.find(header.id);
        if (depth == depths.end() || links.contains(header.id)) {
            return;
        }
        const bool is_mention = causes.value().mentions.contains(header.id);
        Json json = names.message_json(message);
        if (is_mention) {
            keep_mentions(json, id);
        }
        WhyLink link{header.id,
                     header.publish_time,
                     depth->second,
                     is_mention,
                     std::make_shared<const Json>(std::move(json))};
        links.emplace(header.id, std::move(link));
    });
    if (!read) {
        return read.error();
    }
    std::vector<WhyLink> chain;
    for (auto& [key, link] : links) {
        chain.push_back(std::move(link));
    }
    std::ranges::stable_sort(chain, [](const WhyLink& left, const WhyLink& right) {
        return std::tie(left.publish_time, left.depth, left.id) <
               std::tie(right.publish_time, right.depth, right.id);
    });
    return chain;
}

}  // namespace drover
