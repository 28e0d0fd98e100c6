#include "simulation/recorded_replay.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/json_value.hpp"
#include "base/logging.hpp"
#include "process/programs_folder.hpp"
#include "recording/recording_reader.hpp"
#include "simulation/child_lines.hpp"
#include "simulation/life_replay.hpp"
#include "simulation/recorded_fleet.hpp"

namespace drover {
namespace {

constexpr int request_descriptor = 3;
constexpr int page_descriptor = 4;

Json replay_failed(const std::string& sentence) {
    return {{"error", sentence}};
}

/// Goes through a recording and lives the lives of one agent again.
class AgentReplay {
public:
    AgentReplay(const Json& request, const ReplayWatch& watch)
        : watch_(watch),
          agent_(request.at("agent").get<std::string>()),
          plugin_(value_or<std::string>(request, "plugin", "")),
          configs_(value_or(request, "configs", Json::object())) {}

    Result<void> run(RecordingReader& reader, const std::filesystem::path& file) {
        if (auto holds = reader.must_hold_all(file); !holds) {
            return holds;
        }
        while (const auto block = reader.next()) {
            auto taken = take(*block);
            if (!taken) {
                return taken.error().within("Agent '" + agent_ + "'");
            }
            if (!difference_.is_null()) {
                break;
            }
        }
        for (auto& [stream, replay] : replays_) {
            show(stream, replay->life());
            if (auto finished = finish(*replay); !finished) {
                return finished.error().within("Agent '" + agent_ + "'");
            }
        }
        return success();
    }

    Json answer() {
        Json differences = Json::array();
        if (!difference_.is_null()) {
            differences.push_back(difference_);
        }
        return {{"agent", agent_},
                {"lives", lives_},
                {"inputs", inputs_},
                {"outputs", outputs_},
                {"differences", std::move(differences)},
                {"notes", notes_},
                {"error", nullptr}};
    }

private:
    Result<void> take(const RecordingBlock& block) {
        if (block.kind == BlockKind::names) {
            return names_.add(block.text());
        }
        watch_.note_progress();
        auto bytes = block.body;
        while (block.kind == BlockKind::entries && difference_.is_null()) {
            const auto entry = Entry::take(bytes);
            if (!entry) {
                break;
            }
            if (auto taken = take(block.stream, *entry); !taken) {
                return taken;
            }
        }
        return success();
    }

    Result<void> take(std::uint32_t stream, const Entry& entry) {
        if (entry.kind == EntryKind::life) {
            return begin(stream, RecordedLife::decode(entry.body));
        }
        const auto replay = replays_.find(stream);
        if (replay == replays_.end()) {
            return success();
        }
        show(stream, replay->second->life());
        auto taken = replay->second->take(entry);
        if (!taken) {
            return taken.error();
        }
        note(taken.value(), *replay->second);
        return success();
    }

    Result<void> begin(std::uint32_t stream, std::optional<RecordedLife> life) {
        if (!life || life->agent != agent_) {
            return success();
        }
        const std::string which = "life " + std::to_string(life->incarnation);
        if (!life->is_whole) {
            notes_.push_back(which + (life->patterns.empty()
                                          ? " is not replayed: it had begun before the recording"
                                          : " is not replayed: only some topics were recorded"));
            return success();
        }
        life->plugin = plugin_.empty() ? life->plugin : plugin_;
        show(stream, *life);
        watch_.note_loading(life->handle);
        auto library = PluginLibrary::load(life->plugin);
        if (!library) {
            return library.error();
        }
        note_build(library.value()->description().build_id, *life, which);
        const auto config =
            value_or<std::string>(configs_, std::to_string(stream).c_str(), life->config);
        auto replay = LifeReplay::begin(*life, config, library.value(), names_, watch_.page());
        if (!replay) {
            return replay.error();
        }
        ++lives_;
        replays_.emplace(stream, std::move(replay.value()));
        return success();
    }

    /// Lives of one agent have one handle, so who watches is told whenever another goes on.
    void show(std::uint32_t stream, const RecordedLife& life) {
        if (stream != shown_) {
            shown_ = stream;
            watch_.name(life.handle, life);
        }
    }

    void note_build(const std::string& build_id,
                    const RecordedLife& life,
                    const std::string& which) {
        if (build_id != life.build_id) {
            notes_.push_back(which + " was recorded of build " + life.build_id +
                             " and is replayed with build " + build_id);
        }
    }

    Result<void> finish(LifeReplay& replay) {
        if (difference_.is_null()) {
            auto finished = replay.finish();
            if (!finished) {
                return finished.error();
            }
            note(finished.value(), replay);
        }
        inputs_ += replay.callbacks();
        outputs_ += replay.equal_outputs();
        return success();
    }

    void note(const std::optional<Json>& difference, const LifeReplay& replay) {
        if (difference && difference_.is_null()) {
            difference_ = *difference;
            difference_["agent"] = agent_;
            difference_["incarnation"] = replay.life().incarnation;
        }
    }

    const ReplayWatch& watch_;
    std::uint32_t shown_ = 0;  ///< The stream whose life was told last.
    std::string agent_;
    std::string plugin_;
    Json configs_;
    RecordingNames names_;
    std::map<std::uint32_t, std::unique_ptr<LifeReplay>> replays_;
    Json difference_ = nullptr;
    std::vector<std::string> notes_;
    std::uint64_t lives_ = 0;
    std::uint64_t inputs_ = 0;
    std::uint64_t outputs_ = 0;
};

Json serve_replay(const Json& request, const ReplayWatch& watch) {
    try {
        return value_or<std::string>(request, "what", "") == "fleet" ? rerun_fleet(request, watch)
                                                                     : replay_agent(request, watch);
    } catch (const Json::exception& error) {
        return replay_failed(std::string("The replay's request cannot be read: ") + error.what());
    }
}

}  // namespace

Json replay_agent(const Json& request, const ReplayWatch& watch) {
    const std::filesystem::path file = request.at("file").get<std::string>();
    auto reader = RecordingReader::open(file);
    if (!reader) {
        return replay_failed(reader.error().message);
    }
    AgentReplay replay(request, watch);
    const auto ran = replay.run(reader.value(), file);
    return ran ? replay.answer() : replay_failed(ran.error().message);
}

int run_replay_child() {
    open_log_of_child("replay", LogLevel::warning);
    LineChannel channel{FileDescriptor(request_descriptor)};
    const auto line = wait_for_line(channel);
    if (!line) {
        log_error("No request came on descriptor 3; use `drover replay`.");
        return 1;
    }
    const auto request = parse_json(*line);
    const auto page = StatusPage::attach(page_descriptor);
    if (page) {
        StatusPage::capture_crashes_on(page_descriptor, programs_folder() / "drover-agent");
    }
    const ReplayWatch watch(page ? &page.value().layout() : nullptr, [&channel](const Json& told) {
        send_line(channel, to_line({{"progress", told}}));
    });
    const Json reply =
        request ? serve_replay(request.value(), watch) : replay_failed(request.error().message);
    send_line(channel, to_line(reply));
    return reply.at("error").is_null() ? 0 : 1;
}

}  // namespace drover
