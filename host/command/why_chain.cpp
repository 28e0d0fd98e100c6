#include "command/why_chain.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
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

struct Cause {
    RecordedId id;
    std::int64_t event_time = 0;  ///< Of what it caused.

    friend bool operator==(const Cause&, const Cause&) = default;
};

/// What the first reading finds.
struct Causes {
    std::map<RecordedId, Cause> of;
    std::set<RecordedId> mentions;
    bool are_contradictory = false;
};

Result<Causes> find_causes(MessageSource& source, const std::string& id) {
    Causes causes;
    auto read = source.read([&](const RecordedMessage& message, const RecordingNames& names) {
        const RecordedHeader& header = message.header;
        const Cause cause{header.cause, header.event_time};
        const auto [known, is_new] = causes.of.emplace(header.id, cause);
        causes.are_contradictory = causes.are_contradictory || known->second != cause;
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
                cause != causes.of.end() && std::ranges::find(row, cause->second.id) == row.end();
            at = goes_on ? cause->second.id : RecordedId{};
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

/// Of what one callback gave, puts what led to nothing before what led on: a verdict before the
/// order that it allows, although the order is sent first.
void put_last_words_first(std::vector<WhyLink>& links) {
    std::set<RecordedId> leading;
    for (const WhyLink& link : links) {
        leading.insert(link.cause);
    }
    for (auto link = links.begin(); link != links.end(); ++link) {
        if (leading.contains(link->id) || link->cause == RecordedId{}) {
            continue;
        }
        const auto led_on = std::find_if(links.begin(), link, [&](const WhyLink& before) {
            return leading.contains(before.id) && before.cause == link->cause &&
                   before.id.publisher == link->id.publisher &&
                   before.id.incarnation == link->id.incarnation;
        });
        std::rotate(led_on, link, std::next(link));
    }
}

}  // namespace

Result<WhyChain> why_chain(MessageSource& source, const std::string& id) {
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
                     header.cause,
                     false,
                     header.publish_time,
                     depth->second,
                     is_mention,
                     std::make_shared<const Json>(std::move(json))};
        links.emplace(header.id, std::move(link));
    });
    if (!read) {
        return read.error();
    }
    WhyChain chain;
    chain.is_contradictory = causes.value().are_contradictory;
    for (auto& [key, link] : links) {
        link.is_cause_missing = link.cause != RecordedId{} && !links.contains(link.cause);
        chain.links.push_back(link);
    }
    std::ranges::stable_sort(chain.links, [](const WhyLink& left, const WhyLink& right) {
        return std::tie(left.publish_time, left.depth, left.id) <
               std::tie(right.publish_time, right.depth, right.id);
    });
    put_last_words_first(chain.links);
    return chain;
}

}  // namespace drover
