#include "simulation/life_replay.hpp"

#include <string_view>
#include <utility>

#include "base/json_value.hpp"
#include "runner/configure_message.hpp"
#include "runner/recorded_transport.hpp"

namespace drover {

std::vector<TypeHandle> type_handles(const RecordingNames& names) {
    std::vector<TypeHandle> handles;
    for (const auto& [number, type] : names.types()) {
        handles.push_back({type.name, type.version, layout_hash(type), number});
    }
    return handles;
}

/// What surrounds the agent: its outputs are kept for the comparison, its questions to
/// drover.simulation/1 get the recorded answers.
class LifeReplay::World final : public Transport, public AgentObserver, public SimulationService {
public:
    World(OutputComparison& comparison, const OutputOrigin& origin, StatusPageLayout* watched)
        : page(watched == nullptr ? own_page_.layout() : *watched),
          comparison_(comparison),
          origin_(origin) {}

    void send(const PublishedMessage& message) override {
        keep(EntryKind::published, recorded_publication(message));
    }
    void send_request(const OutgoingRequest& request) override {
        keep(EntryKind::requested, recorded_question(request));
    }
    void send_reply(const OutgoingReply& reply) override {
        keep(EntryKind::replied, recorded_answer(reply));
    }
    void ask_advance(std::int64_t time, std::int64_t delay, std::uint64_t token) override {
        keep(EntryKind::advance, RecordedAdvance{time, delay, token});
    }
    void wake() override {}
    void on_log(std::int32_t /*level*/, std::string_view /*text*/) override {
        // It said the same when it was recorded; its log has it.
    }
    void on_health(std::int32_t /*level*/,
                   std::string_view /*code*/,
                   std::string_view /*text*/) override {}
    void on_occurrence(const Noted& /*noted*/, std::uint64_t /*count*/) override {}

    SimulationAnswer start(std::string_view /*request*/, std::uint64_t /*token*/) override {
        return next_answer();
    }
    SimulationAnswer read(std::uint64_t /*token*/) override { return next_answer(); }
    SimulationAnswer cancel(std::uint64_t /*token*/) override { return next_answer(); }
    void add_answer(const RecordedSimulation& answer) {
        answers_.push_back({answer.status, std::string(answer.text)});
    }

    /// What the agent says while it is destroyed counts no more.
    void close() { is_open_ = false; }

private:
    StatusPage own_page_ = StatusPage::local();

public:
    StatusPageLayout& page;
    KillSwitchPage gate = KillSwitchPage::local();

private:
    template <typename Body>
    void keep(EntryKind kind, const Body& body) {
        if (!is_open_) {
            return;
        }
        std::vector<std::byte> bytes;
        {
            EntryWriter writer(bytes, kind, 0, 0);
            body.write(writer);
        }
        bytes.erase(bytes.begin(), bytes.begin() + sizeof(EntryHead));
        comparison_.add_replayed({kind, std::move(bytes), origin_});
    }
    SimulationAnswer next_answer() {
        if (answers_.empty()) {
            return {DROVER_E_LOST, "The recording holds no answer of a simulation here."};
        }
        SimulationAnswer answer = std::move(answers_.front());
        answers_.pop_front();
        return answer;
    }

    OutputComparison& comparison_;
    const OutputOrigin& origin_;
    std::deque<SimulationAnswer> answers_;
    bool is_open_ = true;
};

LifeReplay::LifeReplay(RecordedLife life,
                       LoadedAgent loaded,
                       const RecordingNames& names,
                       StatusPageLayout* page)
    : life_(std::move(life)),
      loaded_(std::move(loaded)),
      names_(names),
      comparison_(names),
      world_(std::make_unique<World>(comparison_, origin_, page)) {}

LifeReplay::~LifeReplay() {
    world_->close();
}

Result<std::unique_ptr<LifeReplay>> LifeReplay::begin(const RecordedLife& life,
                                                      const std::string& config,
                                                      const std::shared_ptr<PluginLibrary>& library,
                                                      const RecordingNames& names,
                                                      StatusPageLayout* page) {
    auto loaded = find_agent(library, life.library_agent, type_handles(names));
    if (!loaded) {
        return loaded.error();
    }
    std::unique_ptr<LifeReplay> replay(
        new LifeReplay(life, std::move(loaded.value()), names, page));
    const auto rules = parse_json(life.rules);
    AgentSetup setup;
    setup.name = life.agent;
    setup.fleet = life.fleet;
    setup.handle = life.handle;
    setup.incarnation = life.incarnation;
    setup.description = replay->loaded_.description;
    setup.ports = replay->loaded_.ports;
    setup.rules = rules ? read_rules(rules.value()) : std::vector<TopicRights>();
    setup.config_json = config;
    setup.mode = life.mode;
    setup.owns_clock = life.owns_clock;
    setup.start_time = life.start_time;
    if (life.random != decltype(life.random){}) {
        setup.random = life.random;
    }
    setup.simulations = life.has_simulations ? &*replay->world_ : nullptr;
    setup.engageable_switch = life.may_engage ? &replay->world_->gate : nullptr;
    setup.is_watched = false;
    replay->origin_ = {0, life.start_time, "configure"};
    World& world = *replay->world_;
    replay->runner_.emplace(std::move(setup), world, world, world.gate, world.page, std::nullopt);
    replay->runner_->set_last_settled(life.last_settled);
    replay->agent_.emplace(*replay->runner_);
    return replay;
}

std::string LifeReplay::text_of(const Entry& entry) const {
    switch (entry.kind) {
        case EntryKind::state:
            return "state load";
        case EntryKind::start:
            return "start";
        case EntryKind::stop:
            return "stop";
        case EntryKind::message:
            if (const auto message = RecordedMessage::decode(entry.body)) {
                return "on_message " + std::string(message->topic) + " " +
                       std::to_string(message->header.id.sequence) + " of " +
                       names_.publisher(message->header.id.publisher);
            }
            return "on_message";
        case EntryKind::timer:
            return "on_timer";
        case EntryKind::post:
        case EntryKind::advanced:
            return "on_post";
        case EntryKind::request:
            return "on_request";
        case EntryKind::reply:
            return "on_reply";
        case EntryKind::refused:
            return "on_refused";
        case EntryKind::link:
            return "on_link_lost or on_link_restored";
        default:
            return "?";
    }
}

Result<void> LifeReplay::run_waiting() {
    if (!std::exchange(is_prepared_, true)) {
        if (auto prepared = runner_->prepare(); !prepared) {
            return prepared;
        }
    }
    if (!waiting_) {
        return success();
    }
    const Entry entry = *std::exchange(waiting_, std::nullopt);
    origin_ = {++callbacks_, entry.now, text_of(entry)};
    world_->page.progress.fetch_add(1, std::memory_order_relaxed);
    const bool is_engaged = (entry.flags & gate_engaged_flag) != 0;
    if (is_engaged != world_->gate.is_engaged()) {
        (void)world_->gate.write(is_engaged, "", "");
    }
    agent_->set_time(entry.now);
    return give(entry);
}

Result<void> LifeReplay::give(const Entry& entry) {
    const auto handed = [](const auto& decoded, const auto& call) {
        if (decoded) {
            call(*decoded);
        }
        return decoded.has_value();
    };
    Result<void> outcome = success();
    bool is_sound = true;
    switch (entry.kind) {
        case EntryKind::state:
            is_sound = handed(RecordedState::decode(entry.body),
                              [&](const auto& body) { outcome = agent_->state(body); });
            break;
        case EntryKind::start:
            outcome = agent_->start();
            break;
        case EntryKind::stop:
            is_sound = handed(RecordedStop::decode(entry.body),
                              [&](const auto& body) { agent_->stop(body); });
            break;
        case EntryKind::message:
            is_sound = handed(RecordedMessage::decode(entry.body), [&](const auto& body) {
                agent_->message(body, names_.publisher(body.header.id.publisher));
            });
            break;
        case EntryKind::timer:
            is_sound = handed(RecordedTimer::decode(entry.body),
                              [&](const auto& body) { agent_->timer(body); });
            break;
        case EntryKind::post:
            is_sound = handed(RecordedPost::decode(entry.body),
                              [&](const auto& body) { agent_->post(body); });
            break;
        case EntryKind::advanced:
            is_sound = handed(RecordedPost::decode(entry.body),
                              [&](const auto& body) { agent_->advanced(body); });
            break;
        case EntryKind::request:
            is_sound = handed(RecordedRequest::decode(entry.body),
                              [&](const auto& body) { agent_->request(body); });
            break;
        case EntryKind::reply:
            is_sound = handed(RecordedReply::decode(entry.body),
                              [&](const auto& body) { agent_->reply(body); });
            break;
        case EntryKind::refused:
            is_sound = handed(RecordedRefusal::decode(entry.body),
                              [&](const auto& body) { agent_->refused(body); });
            break;
        case EntryKind::link:
            is_sound = handed(RecordedLink::decode(entry.body),
                              [&](const auto& body) { agent_->link(body); });
            break;
        default:
            break;
    }
    return is_sound ? outcome
                    : Result<void>(Error{ErrorKind::invalid,
                                         "Callback " + std::to_string(callbacks_) +
                                             " of the recording cannot be understood."});
}

void LifeReplay::take_answer(const Entry& entry) {
    if (entry.kind == EntryKind::simulated) {
        if (const auto answer = RecordedSimulation::decode(entry.body)) {
            world_->add_answer(*answer);
        }
    } else if (entry.kind == EntryKind::stored) {
        if (const auto stored = RecordedStored::decode(entry.body)) {
            agent_->stored(*stored);
        }
    } else if (const auto verdict = RecordedVerdict::decode(entry.body)) {
        agent_->judged(*verdict);
    }
}

Result<std::optional<Json>> LifeReplay::take(const Entry& entry) {
    if (is_output(entry.kind)) {
        // It left after the callback before it, so that one is due.
        if (auto ran = run_waiting(); !ran) {
            return ran.error();
        }
        comparison_.add_recorded({entry.kind, {entry.body.begin(), entry.body.end()}, origin_});
        return comparison_.compare();
    }
    if (is_within_callback(entry.kind)) {
        take_answer(entry);
        return std::optional<Json>();
    }
    if (auto ran = run_waiting(); !ran) {
        return ran.error();
    }
    if (entry.kind == EntryKind::rules) {
        if (const auto rules = RecordedRules::decode(entry.body)) {
            agent_->rules(*rules);
        }
        return std::optional<Json>();
    }
    has_ended_ = entry.kind == EntryKind::stop || entry.kind == EntryKind::end;
    if (entry.kind != EntryKind::end) {
        waiting_body_.assign(entry.body.begin(), entry.body.end());
        waiting_ = Entry{entry.kind, entry.flags, entry.now, waiting_body_};
    }
    return std::optional<Json>();
}

Result<std::optional<Json>> LifeReplay::finish() {
    if (auto ran = run_waiting(); !ran) {
        return ran.error();
    }
    return comparison_.compare_rest(!has_ended_);
}

}  // namespace drover
