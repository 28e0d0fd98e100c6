/// The lives and the time of an agent under test: start, stop, restart, rules, and a clock that the
/// test turns. Harness adds the messages.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <drover/testing/host.hpp>
#include <drover/testing/library.hpp>
#include <drover/testing/life.hpp>
#include <drover/testing/published.hpp>

namespace drover::testing {

/// What a harness tells the agent of its surroundings.
struct Options {
    std::string name;  ///< In agents.yaml; empty: the name of the agent in its library.
    std::string fleet = "test";
    std::uint32_t mode = DROVER_MODE_LIVE;
    std::optional<std::uint64_t> seed;  ///< Nothing: made from the names.
    std::int64_t start_time = 0;        ///< What now() reads at first; ns since the epoch.
    bool replay_clock = false;          ///< Lends drover.replay_clock/1.
    bool simulation = false;            ///< Lends drover.simulation/1.
    std::uint32_t extra_stride = 0;     ///< Bytes between delivered records; a multiple of 8.
};

/// Every function that reaches the agent runs its callback on the calling thread, then what that
/// brought about: posts, timers that are due, a stop it asked for. Made for one test thread; the
/// agent's own threads may call the host at any time. What cannot be (a clock turned back) throws
/// HarnessError.
class Lifecycle {
public:
    /// `library` must outlive the harness. `agent` may be empty when the library has only one.
    /// `config` is JSON; it is not checked against the schema (`drover validate` does that).
    Lifecycle(const drover_library* library,
              std::string_view agent,
              std::string_view config = "{}",
              Options options = {})
        : description_(find_agent(library, agent)),
          config_(config),
          options_(std::move(options)),
          now_(options_.start_time) {
        if (options_.name.empty()) {
            options_.name = description_.name;
        }
        if (options_.extra_stride % 8 != 0) {
            throw HarnessError("extra_stride must be a multiple of 8: records are 8-byte aligned.");
        }
    }

    // --- life

    /// Makes the agent, configures it, loads what an earlier life saved, and starts it. Returns OK,
    /// PENDING (see is_ready), or the failure that failure() describes.
    drover_status start() {
        if (is_running()) {
            throw HarnessError("The agent runs already; restart() begins a new life.");
        }
        end_life();
        ++incarnation_;
        lives_.push_back(std::make_unique<Life>(description_, host_settings()));
        life().host.set_rules(rules_);
        life().host.with_record([&](HostRecord& record) { record.store.begin_with(stored_); });
        const drover_status status = life().begin(config(), saved_);
        life().settle();
        collect();
        return life().failure ? life().failure->status : status;
    }

    /// Ends the agent's work as a host does. Does nothing where it is not running.
    void stop(std::int32_t reason = DROVER_STOP_REQUESTED) {
        if (is_running()) {
            life().stop(reason);
            collect();
        }
    }

    /// A new life: stops and destroys the old instance, makes a new one with the next incarnation
    /// and the saved state. The clock goes on.
    drover_status restart() {
        end_life();
        return start();
    }

    /// From start until stop: messages may be delivered.
    [[nodiscard]] bool is_running() const { return !lives_.empty() && life().is_running; }
    /// Whether start answered OK, or `ready` has followed.
    [[nodiscard]] bool is_ready() const { return is_running() && life().is_ready; }
    /// Whether the agent was stopped because it said that it had finished.
    [[nodiscard]] bool is_completed() const {
        return !lives_.empty() && life().stop_reason == DROVER_STOP_COMPLETED;
    }
    /// Why a call of this life failed or the agent could not go on; nothing while all is well.
    [[nodiscard]] std::optional<FailureReport> failure() const {
        return lives_.empty() ? std::nullopt : life().failure;
    }

    // --- rules

    /// From now on publishing on topics of `pattern` is answered DENIED with `reason`.
    void deny(std::string_view pattern, std::string_view reason) {
        rules_.push_back({std::string(pattern), DROVER_E_DENIED, std::string(reason)});
        apply_rules();
    }
    /// The same as an engaged kill switch does it: GATED.
    void gate(std::string_view pattern) {
        rules_.push_back({std::string(pattern),
                          DROVER_E_GATED,
                          "The kill switch is engaged and the topic is gated."});
        apply_rules();
    }
    /// Takes back all rules of deny and gate.
    void allow_all() {
        rules_.clear();
        apply_rules();
    }

    // --- time

    [[nodiscard]] std::int64_t now() const { return now_; }

    /// Turns the clock to `time`. Each timer due until then fires at its own time.
    void advance_to(std::int64_t time) {
        require_running("advance_to");
        require_not_before_now(time);
        fire_timers_before(time);
        set_now(time);
        settle();
    }
    void advance_by(std::chrono::nanoseconds duration) { advance_to(now_ + duration.count()); }

    /// Turns the clock to `time` at once, as if the agent had been kept busy: timers due by then
    /// fire late, and periodic ones count what they missed.
    void jump_to(std::int64_t time) {
        require_running("jump_to");
        require_not_before_now(time);
        set_now(time);
        settle();
    }

    /// The advance the agent has asked of the replay clock and that is still open.
    [[nodiscard]] std::optional<OpenAdvance> open_advance() const {
        return of_life([](const HostRecord& record) { return record.advance; });
    }
    /// Grants the open advance: timers due before it fire, then the time is its time and on_post
    /// gets its token. Returns false where none is open.
    bool step_replay() {
        const auto advance = open_advance();
        if (!advance || !is_running()) {
            return false;
        }
        fire_timers_before(advance->time);
        if (!is_running()) {
            return false;
        }
        set_now(advance->time);
        life().host.with_record([](HostRecord& record) { record.advance.reset(); });
        life().on_post(advance->token);
        settle();
        last_settled_ = now_;
        life().host.with_record([&](HostRecord& record) { record.last_settled = last_settled_; });
        return true;
    }
    /// Grants one advance after another until none is open; returns how many.
    std::size_t run_replay() {
        std::size_t steps = 0;
        while (step_replay()) {
            ++steps;
        }
        return steps;
    }

    /// The simulations that the agent has started and that have not ended, oldest first.
    [[nodiscard]] std::vector<StartedSimulation> simulations() const {
        return of_life([](const HostRecord& record) { return record.simulations.running(); });
    }
    /// Gives a running simulation progress to read, as JSON, and tells the agent.
    void tell_progress(std::uint64_t token, std::string_view progress) {
        tell_simulation(token,
                        [&](Simulations& all) { return all.tell_progress(token, progress); });
    }
    /// Ends a running simulation: with OK and its document, or with a failure and its sentence.
    void end_simulation(std::uint64_t token, drover_status status, std::string_view text) {
        tell_simulation(token, [&](Simulations& all) { return all.end(token, status, text); });
    }
    /// From now on no simulation can be started, for this reason; empty: they can again.
    void refuse_simulations(std::string_view reason) {
        require_running("refuse_simulations");
        life().host.with_record(
            [&](HostRecord& record) { record.simulations.refuse_starts(reason); });
    }

    /// Waits for the agent's own threads: until one of them has posted, published, become ready or
    /// asked to stop since the last wait, then handles it. False when `at_most` went by without.
    bool wait_for_work(std::chrono::nanoseconds at_most) {
        require_running("wait_for_work");
        const bool is_news = life().host.wait_for_news(at_most);
        settle();
        return is_news;
    }

    /// Sentences on where any life of the agent broke the contract of the headers. A good test ends
    /// by expecting none.
    [[nodiscard]] std::vector<std::string> violations() const {
        std::vector<std::string> all;
        for (const auto& one : lives_) {
            one->host.with_record([&](const HostRecord& record) {
                all.insert(all.end(), record.violations.begin(), record.violations.end());
            });
        }
        return all;
    }

    /// What was saved last, by any life; nothing where nothing was.
    [[nodiscard]] std::optional<std::string> saved_state() const {
        return saved_ ? std::optional(saved_->bytes) : std::nullopt;
    }
    /// What drover.store/1 holds, of any life.
    [[nodiscard]] const StoredValues& stored() const { return stored_; }
    /// What the next life loads: to try an older version, or bytes that are no state.
    void set_saved_state(std::string_view bytes, std::uint32_t version) {
        saved_ = SavedState{std::string(bytes), version};
    }

protected:
    static constexpr std::uint32_t own_handle = 1;

    [[nodiscard]] Life& life() const { return *lives_.back(); }

    [[nodiscard]] const drover_agent_description& description() const { return description_; }
    [[nodiscard]] const Options& options() const { return options_; }
    /// The messages published and not yet taken.
    [[nodiscard]] std::vector<PublishedMessage>& outbox() {
        collect();
        return published_;
    }

    /// How many lives there have been.
    [[nodiscard]] std::size_t lives() const { return lives_.size(); }
    /// Takes the replies that the agent has sent since the last time.
    [[nodiscard]] std::vector<SentReply> sent_replies() {
        collect();
        return std::exchange(replies_, {});
    }

    /// What `use` reads of the present life's record, or of an empty one before the first life.
    template <typename Use>
    [[nodiscard]] std::invoke_result_t<Use, const HostRecord&> of_life(Use&& use) const {
        return lives_.empty() ? use(HostRecord{}) : life().host.with_record(use);
    }

    void require_running(const char* function) const {
        if (!is_running()) {
            const auto why = failure();
            throw HarnessError(std::string(function) + ": the agent is not running" +
                               (why ? ": " + why->code + ": " + why->text
                                    : (lives_.empty() ? "; call start() first." : ".")));
        }
    }
    void set_now(std::int64_t time) {
        now_ = time;
        life().host.set_now(time);
    }
    void fire_timers_before(std::int64_t time) {
        while (is_running()) {
            const auto due = life().host.next_timer();
            if (!due || *due >= time) {
                return;
            }
            set_now(std::max(now_, *due));
            settle();
        }
    }
    void settle() {
        life().settle();
        collect();
    }

private:
    [[nodiscard]] HostSettings host_settings() const {
        return {options_.mode,
                seed(),
                own_handle,
                incarnation_,
                now_,
                last_settled_,
                options_.replay_clock,
                options_.simulation,
                saved_ ? saved_->random : std::nullopt};
    }
    [[nodiscard]] drover_config config() const {
        return {sizeof(drover_config),
                options_.mode,
                borrow(options_.name),
                borrow(options_.fleet),
                borrow(config_),
                seed(),
                now_};
    }
    /// FNV-1a of the names, so that it depends on nothing else.
    [[nodiscard]] std::uint64_t seed() const {
        std::uint64_t hash = 0xCBF29CE484222325ULL;
        for (const char letter : options_.fleet + "/" + options_.name) {
            hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001B3ULL;
        }
        return options_.seed.value_or(hash);
    }

    void require_not_before_now(std::int64_t time) const {
        if (time < now_) {
            throw HarnessError("The clock stands at " + std::to_string(now_) +
                               " and cannot go back to " + std::to_string(time) + ".");
        }
    }

    template <typename Change>
    void tell_simulation(std::uint64_t token, Change&& change) {
        require_running("a simulation's news");
        const bool is_known = life().host.with_record([&](HostRecord& record) {
            if (!change(record.simulations)) {
                return false;
            }
            record.posts.push_back(token);
            return true;
        });
        if (!is_known) {
            throw HarnessError("No simulation " + std::to_string(token) + " runs.");
        }
        settle();
    }
    void end_life() {
        if (!lives_.empty()) {
            life().end();
            collect();
        }
    }
    void apply_rules() {
        if (!lives_.empty()) {
            life().host.set_rules(rules_);
        }
    }

    /// Takes over what the life has brought forth.
    void collect() {
        if (lives_.empty()) {
            return;
        }
        for (PublishedMessage& message : life().take_published()) {
            published_.push_back(std::move(message));
        }
        for (SentReply& reply : life().host.take_replies()) {
            replies_.push_back(std::move(reply));
        }
        stored_ = life().host.with_record([](HostRecord& record) { return record.store.values(); });
        if (life().saved) {
            saved_ = std::exchange(life().saved, std::nullopt);
        }
    }

    const drover_agent_description& description_;
    std::string config_;
    Options options_;
    std::int64_t now_;
    std::int64_t last_settled_ = std::numeric_limits<std::int64_t>::min();
    std::uint32_t incarnation_ = 0;
    std::vector<PublishRule> rules_;
    std::optional<SavedState> saved_;
    StoredValues stored_;
    std::vector<PublishedMessage> published_;
    std::vector<SentReply> replies_;
    /// All lives; the last one is the present one. The others are kept to refuse late host calls.
    std::vector<std::unique_ptr<Life>> lives_;
};

}  // namespace drover::testing
