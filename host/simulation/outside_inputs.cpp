#include "simulation/outside_inputs.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/json_value.hpp"
#include "base/topic.hpp"
#include "recording/recording_reader.hpp"
#include "runner/configure_message.hpp"
#include "simulation/gate_changes.hpp"

namespace drover {
namespace {

/// The message as it was published: without what a delivery adds.
std::vector<std::byte> kept_body(const RecordedMessage& message) {
    RecordedMessage published = message;
    published.header.port = 0;
    published.header.flags = 0;
    published.header.lost = 0;
    std::vector<std::byte> bytes;
    {
        EntryWriter writer(bytes, EntryKind::published, 0, 0);
        published.write(writer);
    }
    bytes.erase(bytes.begin(), bytes.begin() + sizeof(EntryHead));
    return bytes;
}

/// Reads the file and sorts what it finds.
class OutsideReader {
public:
    explicit OutsideReader(const std::vector<std::string>& topics) : topics_(topics) {}

    Result<void> read(RecordingReader& reader) {
        while (const auto block = reader.next()) {
            if (block->kind == BlockKind::names) {
                if (auto added = found_.names.add(block->text()); !added) {
                    return added;
                }
            }
            auto bytes = block->body;
            while (block->kind == BlockKind::entries) {
                const auto entry = Entry::take(bytes);
                if (!entry) {
                    break;
                }
                if (auto taken = take(block->stream, *entry); !taken) {
                    return taken;
                }
            }
        }
        return success();
    }

    Result<OutsideInputs> result() {
        for (const RecordedAgent& agent : found_.names.agents()) {
            const auto first = first_.find(agent.name);
            if (is_outside(agent)) {
                const bool has_spoken = std::ranges::any_of(
                    messages_, [&](const auto& each) { return each.second.agent == agent.name; });
                if (has_spoken) {
                    found_.outside.push_back(agent.name);
                }
                continue;
            }
            if (first == first_.end()) {
                found_.notes.push_back("agent '" + agent.name +
                                       "' has no life in the recording and is left out");
                continue;
            }
            first->second.agent = agent;
            found_.inside.push_back(std::move(first->second));
        }
        for (auto& [id, input] : messages_) {
            found_.inputs.push_back(std::move(input));
        }
        add_gate_changes();
        add_gaps();
        std::ranges::stable_sort(found_.inputs, {}, &OutsideInput::time);
        for (auto& [key, messages] : recorded_) {
            auto& row = found_.recorded[key];
            for (auto& [id, message] : messages) {
                if (!restated_.contains(id) && !is_untold_restatement(key.first, id, message)) {
                    row.push_back(std::move(message));
                }
            }
        }
        if (found_.inputs.empty()) {
            return Error{ErrorKind::invalid,
                         "The recording holds nothing that came from outside: no message of the "
                         "replay clock's agent or of one that faces outside."};
        }
        return std::move(found_);
    }

private:
    [[nodiscard]] bool is_outside(const RecordedAgent& agent) const {
        return agent.left_out || found_.names.replay_clock() == agent.name;
    }
    [[nodiscard]] bool is_outside(const std::string& name) const {
        const RecordedAgent* const agent = found_.names.agent(name);
        return agent == nullptr || is_outside(*agent);
    }

    Result<void> take(std::uint32_t stream, const Entry& entry) {
        found_.last_time = std::max(found_.last_time, entry.now);
        if (entry.kind == EntryKind::life) {
            return take_life(stream, RecordedLife::decode(entry.body));
        }
        const auto name = streams_.find(stream);
        if (name == streams_.end()) {
            return success();
        }
        Heard& heard = heard_[stream];
        if (is_callback(entry.kind)) {
            heard.callback = ++callbacks_;
            heard.kind = entry.kind;
            heard.time = entry.now;
            note_gate(entry, heard);
        }
        switch (entry.kind) {
            case EntryKind::state:
                take_state(stream, name->second, entry);
                break;
            case EntryKind::published:
            case EntryKind::message:
                take_message(stream, entry);
                break;
            case EntryKind::request:
                take_request(name->second, entry);
                break;
            case EntryKind::stored:
                take_stored(name->second, entry);
                break;
            case EntryKind::rules:
                take_rules(heard, entry);
                break;
            default:
                break;
        }
        return success();
    }

    Result<void> take_life(std::uint32_t stream, std::optional<RecordedLife> life) {
        if (!life) {
            return success();
        }
        if (!life->patterns.empty()) {
            return Error{ErrorKind::invalid,
                         "The recording holds only messages on some topics; record without "
                         "patterns."};
        }
        streams_[stream] = life->agent;
        note_rules_of(*life, heard_[stream]);
        heard_[stream].time = life->start_time;
        lives_[life->agent].push_back({life->start_time, life->incarnation, stream});
        if (first_.contains(life->agent)) {
            return success();  // A restart makes no difference.
        }
        if (!life->is_whole && !is_outside(life->agent)) {
            return Error{ErrorKind::invalid,
                         "Agent '" + life->agent +
                             "' had begun before the recording, so the fleet cannot be run afresh "
                             "from it. Begin `drover record` before `drover up`."};
        }
        RerunAgent agent;
        agent.life = std::move(*life);
        agent.stream = stream;
        const std::string name = agent.life.agent;
        first_.emplace(name, std::move(agent));
        return success();
    }

    void take_state(std::uint32_t stream, const std::string& name, const Entry& entry) {
        RerunAgent& first = first_.at(name);
        const auto state = RecordedState::decode(entry.body);
        if (state && first.stream == stream) {
            first.state = {state->version, std::string(state->bytes)};
        }
    }

    /// A message as its publisher recorded it or, where that was killed too early, as a receiver
    /// did.
    void take_message(std::uint32_t stream, const Entry& entry) {
        const auto message = RecordedMessage::decode(entry.body);
        if (!message) {
            return;
        }
        const RecordedHeader& header = message->header;
        const std::string publisher = found_.names.publisher(header.id.publisher);
        if (entry.kind == EntryKind::published && is_restatement(stream, publisher)) {
            restated_.insert(header.id);
        }
        const bool is_input = is_outside(publisher);
        if (entry.kind == EntryKind::published && !is_input && is_gated(message->topic)) {
            gate_.let_through(header.publish_time);
        }
        const auto known = is_input ? messages_.find(header.id) : messages_.end();
        if (known != messages_.end()) {
            if (entry.kind == EntryKind::published) {
                // A receiver's block was written first; which callback gave it only this one says.
                known->second.callback = heard_[stream].callback;
            }
            return;
        }
        if (!is_input && !is_compared(message->topic)) {
            return;
        }
        KeptMessage kept{kept_body(*message)};
        if (!is_input) {
            if (entry.kind == EntryKind::published) {
                told_.insert(header.id);
            }
            recorded_[{publisher, std::string(message->topic)}].emplace(header.id, std::move(kept));
            return;
        }
        OutsideInput input;
        input.time = header.publish_time;
        input.agent = publisher;
        input.message = std::move(kept);
        input.callback =
            entry.kind == EntryKind::published ? heard_[stream].callback : ++callbacks_;
        messages_.emplace(header.id, std::move(input));
    }

    /// What an agent says in the start of a later life, to those who lost sight of it, is a
    /// consequence of the restart: a fleet run afresh has none.
    [[nodiscard]] bool is_restatement(std::uint32_t stream, const std::string& publisher) const {
        const auto first = first_.find(publisher);
        const auto heard = heard_.find(stream);
        return first != first_.end() && first->second.stream != stream && heard != heard_.end() &&
               heard->second.kind == EntryKind::start;
    }

    /// The same where the life was killed before it had recorded anything, and only a receiver
    /// knows of it: no message caused it.
    [[nodiscard]] bool is_untold_restatement(const std::string& publisher,
                                             const RecordedId& id,
                                             const KeptMessage& kept) const {
        const auto lives = lives_.find(publisher);
        if (told_.contains(id) || lives == lives_.end() ||
            kept.message().header.cause.publisher != 0) {
            return false;
        }
        const auto life = std::ranges::find(lives->second, id.incarnation, &KnownLife::incarnation);
        return life != lives->second.end() && life != lives->second.begin() &&
               heard_.at(life->stream).kind <= EntryKind::start;
    }

    [[nodiscard]] bool is_compared(std::string_view topic) const {
        return std::ranges::any_of(
            topics_, [&](const std::string& pattern) { return topic_matches(pattern, topic); });
    }

    void take_request(const std::string& name, const Entry& entry) {
        const auto request = RecordedRequest::decode(entry.body);
        if (!request || request->client != 0 || is_outside(name)) {
            return;  // What agents ask each other is made anew.
        }
        OutsideInput input;
        input.time = entry.now;
        input.agent = name;
        input.port = request->port;
        input.request = std::string(request->body);
        found_.inputs.push_back(std::move(input));
    }

    /// What the store of an agent gave first is what it held at the start: what the agent had put
    /// there before, it puts there again.
    void take_stored(const std::string& name, const Entry& entry) {
        const auto stored = RecordedStored::decode(entry.body);
        const auto first = first_.find(name);
        if (stored && first != first_.end()) {
            first->second.store.try_emplace(
                std::string(stored->key),
                stored->is_there ? std::optional(std::string(stored->value)) : std::nullopt);
        }
    }

    /// What is known of one stream.
    struct Heard {
        std::uint64_t callback = 0;  ///< Number of its last callback in the whole recording.
        EntryKind kind = EntryKind::life;
        std::int64_t time = 0;
        bool is_gate_engaged = false;
        std::size_t rules = 0;  ///< Which of rules_ it has.
    };

    /// Every agent hears of other rules, each when its turn comes; the first one is the change.
    void note_rules_of(const RecordedLife& life, Heard& heard) {
        if (rules_.empty()) {
            found_.rules = life.rules;
            rules_.push_back(life.rules);
            const auto rules = parse_json(life.rules);
            rights_ = rules ? read_rules(rules.value()) : std::vector<TopicRights>();
        }
        const auto known = std::ranges::find(rules_, life.rules);
        heard.rules = static_cast<std::size_t>(known == rules_.end() ? std::ssize(rules_) - 1
                                                                     : known - rules_.begin());
    }

    void take_rules(Heard& heard, const Entry& entry) {
        const auto rules = RecordedRules::decode(entry.body);
        if (!rules) {
            return;
        }
        if (++heard.rules < rules_.size() && rules_[heard.rules] == rules->json) {
            return;
        }
        heard.rules = rules_.size();
        rules_.emplace_back(rules->json);
        OutsideInput input;
        input.time = entry.now;
        input.rules = std::string(rules->json);
        found_.inputs.push_back(std::move(input));
    }

    [[nodiscard]] bool is_gated(std::string_view topic) const {
        const auto rule = std::ranges::find_if(rights_, [&](const TopicRights& rights) {
            return topic_matches(rights.pattern, topic);
        });
        return rule != rights_.end() && rule->gated;
    }

    void note_gate(const Entry& entry, Heard& heard) {
        const bool engaged = (entry.flags & gate_engaged_flag) != 0;
        if (engaged != std::exchange(heard.is_gate_engaged, engaged)) {
            gate_.seen(entry.kind, entry.now, engaged);
        }
    }

    void add_gate_changes() {
        for (const auto& [time, engaged] : gate_.moves()) {
            OutsideInput input;
            input.time = time;
            input.gate = engaged;
            found_.inputs.push_back(std::move(input));
        }
    }

    void add_gaps() {
        for (const auto& [name, lives] : lives_) {
            for (std::size_t later = 1; later < lives.size(); ++later) {
                const Heard& before = heard_[lives[later - 1].stream];
                if (before.kind != EntryKind::stop) {
                    found_.gaps[name].emplace_back(before.time, lives[later].start_time);
                }
            }
        }
    }

    struct KnownLife {
        std::int64_t start_time = 0;
        std::uint32_t incarnation = 0;
        std::uint32_t stream = 0;
    };

    const std::vector<std::string>& topics_;
    OutsideInputs found_;
    std::map<RecordedId, OutsideInput> messages_;  ///< From outside.
    /// To be compared. By id: in the order of the lives, and in each as it was published.
    std::map<std::pair<std::string, std::string>, std::map<RecordedId, KeptMessage>> recorded_;
    std::map<std::uint32_t, std::string> streams_;
    std::map<std::string, RerunAgent> first_;
    std::map<std::uint32_t, Heard> heard_;                 ///< By stream.
    std::map<std::string, std::vector<KnownLife>> lives_;  ///< By agent, in order.
    std::set<RecordedId> restated_;
    std::set<RecordedId> told_;        ///< Compared, and recorded by who published it.
    std::vector<std::string> rules_;   ///< One after the other.
    std::vector<TopicRights> rights_;  ///< The first of them.
    GateChanges gate_;
    std::uint64_t callbacks_ = 0;
};

}  // namespace

Result<OutsideInputs> read_outside_inputs(const std::filesystem::path& file,
                                          const std::vector<std::string>& topics) {
    auto reader = RecordingReader::open(file);
    if (!reader) {
        return reader.error();
    }
    if (auto holds = reader.value().must_hold_all(file); !holds) {
        return holds.error();
    }
    OutsideReader outside(topics);
    if (auto read = outside.read(reader.value()); !read) {
        return read.error().within(file.string());
    }
    return outside.result();
}

}  // namespace drover
