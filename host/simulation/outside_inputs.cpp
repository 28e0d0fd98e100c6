#include "simulation/outside_inputs.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/topic.hpp"
#include "recording/recording_reader.hpp"

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
        std::ranges::stable_sort(found_.inputs, {}, &OutsideInput::time);
        for (auto& [key, messages] : recorded_) {
            auto& row = found_.recorded[key];
            for (auto& [id, message] : messages) {
                if (!restated_.contains(id)) {
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
        if (!is_output(entry.kind)) {
            ++callbacks_;
            last_callback_[stream] = callbacks_;
            last_kind_[stream] = entry.kind;
            note_gate(entry);
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
        if (first_.contains(life->agent)) {
            return success();  // A restart makes no difference.
        }
        if (!life->is_whole && !is_outside(life->agent)) {
            return Error{ErrorKind::invalid,
                         "Agent '" + life->agent +
                             "' had begun before the recording, so the fleet cannot be run afresh "
                             "from it. Begin `drover record` before `drover up`, or with "
                             "--restart."};
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
        if (is_input ? messages_.contains(header.id) : !is_compared(message->topic)) {
            return;
        }
        KeptMessage kept{kept_body(*message)};
        if (!is_input) {
            recorded_[{publisher, std::string(message->topic)}].emplace(header.id, std::move(kept));
            return;
        }
        OutsideInput input;
        input.time = header.publish_time;
        input.agent = publisher;
        input.message = std::move(kept);
        input.callback = entry.kind == EntryKind::published ? last_callback_[stream] : ++callbacks_;
        messages_.emplace(header.id, std::move(input));
    }

    /// What an agent says in the start of a later life, to those who lost sight of it, is a
    /// consequence of the restart: a fleet run afresh has none.
    [[nodiscard]] bool is_restatement(std::uint32_t stream, const std::string& publisher) const {
        const auto first = first_.find(publisher);
        const auto kind = last_kind_.find(stream);
        return first != first_.end() && first->second.stream != stream &&
               kind != last_kind_.end() && kind->second == EntryKind::start;
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

    void note_gate(const Entry& entry) {
        const bool engaged = (entry.flags & gate_engaged_flag) != 0;
        if (engaged != is_gate_engaged_) {
            is_gate_engaged_ = engaged;
            OutsideInput input;
            input.time = entry.now;
            input.gate = engaged;
            found_.inputs.push_back(std::move(input));
        }
    }

    const std::vector<std::string>& topics_;
    OutsideInputs found_;
    std::map<RecordedId, OutsideInput> messages_;  ///< From outside.
    /// To be compared. By id: in the order of the lives, and in each as it was published.
    std::map<std::pair<std::string, std::string>, std::map<RecordedId, KeptMessage>> recorded_;
    std::map<std::uint32_t, std::string> streams_;
    std::map<std::string, RerunAgent> first_;
    std::map<std::uint32_t, std::uint64_t> last_callback_;  ///< By stream.
    std::map<std::uint32_t, EntryKind> last_kind_;          ///< Its callback, by stream.
    std::set<RecordedId> restated_;
    std::uint64_t callbacks_ = 0;
    bool is_gate_engaged_ = false;
};

}  // namespace

Result<OutsideInputs> read_outside_inputs(const std::filesystem::path& file,
                                          const std::vector<std::string>& topics) {
    auto reader = RecordingReader::open(file);
    if (!reader) {
        return reader.error();
    }
    OutsideReader outside(topics);
    if (auto read = outside.read(reader.value()); !read) {
        return read.error().within(file.string());
    }
    return outside.result();
}

}  // namespace drover
