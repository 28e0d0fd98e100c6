#include "command/log_membership.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json_value.hpp"
#include "base/topic.hpp"

namespace drover {
namespace {

/// Which topics the rules make durable: the first that matches has the say.
class DurableTopics {
public:
    [[nodiscard]] bool contain(std::string_view topic, const RecordingNames& names) {
        if (names.rules() != text_) {
            read(names.rules());
        }
        const auto [known, is_new] = known_.emplace(topic, false);
        if (is_new) {
            const auto rule = std::ranges::find_if(
                rules_, [&](const Rule& each) { return topic_matches(each.pattern, topic); });
            known->second = rule != rules_.end() && rule->is_durable;
        }
        return known->second;
    }

private:
    struct Rule {
        std::string pattern;
        bool is_durable = false;
    };
    void read(const std::string& text) {
        text_ = text;
        rules_.clear();
        known_.clear();
        const auto rules = parse_json(text);
        for (const Json& rule : rules ? rules.value() : Json::array()) {
            rules_.push_back({value_or<std::string>(rule, "pattern", ""),
                              value_or<std::string>(rule, "delivery", "") == "durable"});
        }
    }

    std::string text_;
    std::vector<Rule> rules_;
    std::map<std::string, bool, std::less<>> known_;
};

/// What the log keeps of one publisher on one topic.
struct KeptOnTopic {
    std::int64_t first_time = 0;  ///< Of the oldest; nothing was removed: before all.
    std::vector<RecordedId> ids;  ///< Sorted once all are there.

    /// Whether it lacks what it would keep. What is older than its first message of one life of the
    /// publisher may have been given before the topic was durable; what is behind its last may
    /// come.
    [[nodiscard]] bool lacks(const RecordedHeader& message) const {
        const RecordedId& id = message.id;
        const bool is_within = ids.front() < id || id.incarnation < ids.front().incarnation;
        return is_within && id < ids.back() && message.publish_time > first_time &&
               !std::ranges::binary_search(ids, id);
    }
};

using KeptMessages = std::map<std::pair<std::uint32_t, std::string>, KeptOnTopic>;

Result<KeptMessages> read_kept(LogMessages& log) {
    KeptMessages kept;
    auto read = log.read([&kept](const RecordedMessage& message, const RecordingNames&) {
        const RecordedHeader& header = message.header;
        KeptOnTopic& own = kept[{header.id.publisher, std::string(message.topic)}];
        own.first_time = own.ids.empty() ? header.publish_time : own.first_time;
        own.ids.push_back(header.id);
    });
    if (!read) {
        return read.error();
    }
    constexpr auto before_all = std::numeric_limits<std::int64_t>::min();
    for (auto& [key, own] : kept) {
        own.first_time = log.first() > 1 ? own.first_time : before_all;
        std::ranges::sort(own.ids);
    }
    return kept;
}

}  // namespace

Result<bool> are_of_one_run(LogMessages& log, const std::filesystem::path& recording) {
    const auto kept = read_kept(log);
    if (!kept) {
        return kept.error();
    }
    DurableTopics durable;
    bool is_one_foreign = false;
    RecordedMessages delivered(recording, RecordedMessages::Which::delivered);
    auto read = delivered.read([&](const RecordedMessage& message, const RecordingNames& names) {
        const auto own =
            kept.value().find({message.header.id.publisher, std::string(message.topic)});
        is_one_foreign =
            is_one_foreign || (own != kept.value().end() && own->second.lacks(message.header) &&
                               durable.contain(message.topic, names));
    });
    return read ? Result<bool>(!is_one_foreign) : Result<bool>(read.error());
}

}  // namespace drover
