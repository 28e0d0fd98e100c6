/// An in-memory drover_host: what one life of an agent may ask of its host, with the checks of the
/// real one. Test authors use Harness; this is its inside.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <deque>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <drover/drover.h>
#include <drover/testing/publications.hpp>
#include <drover/testing/published.hpp>
#include <drover/testing/random.hpp>
#include <drover/testing/requests.hpp>
#include <drover/testing/simulations.hpp>
#include <drover/testing/store.hpp>
#include <drover/testing/timers.hpp>
#include <drover/testing/topic_pattern.hpp>

namespace drover::testing {

/// What drover_state_v1.save wrote, and the state_version it was written with.
struct SavedState {
    std::string bytes;
    std::uint32_t version = 0;
    std::optional<RandomState> random = std::nullopt;  ///< Where the agent's generator stood.
};

/// Where an agent is in its life, as far as host calls depend on it.
enum class Phase { creating, configuring, starting, running, stopped };

/// An open drover_replay_clock_v1.advance.
struct OpenAdvance {
    std::int64_t time = 0;
    std::int64_t delay = 0;  ///< Of wall time, ns.
    std::uint64_t token = 0;
};

/// What the agent has asked for when it asked to stop. OK means that it has finished.
struct StopRequest {
    drover_status status = DROVER_OK;
    std::string code;
    std::string text;
};

/// All that the host calls of one agent have left behind. Host guards it with its lock.
struct HostRecord {
    std::vector<HealthReport> health;
    std::vector<LogLine> log;
    std::vector<std::string> violations;  ///< Sentences: where the agent broke the contract.
    std::deque<std::uint64_t> posts;
    std::optional<StopRequest> stop;
    std::optional<FailureReport> reason;  ///< What `fail` said last.
    std::optional<drover_status> ready;
    std::optional<OpenAdvance> advance;
    std::int64_t last_settled = std::numeric_limits<std::int64_t>::min();
    std::int64_t extended = 0;  ///< Nanoseconds asked for by `extend`, in all.
    bool state_dirty = false;
    std::vector<Subscription> subscriptions;
    Simulations simulations;
    MemoryStore store;
};

/// What a host is made for.
struct HostSettings {
    std::uint32_t mode = DROVER_MODE_LIVE;
    std::uint64_t seed = 0;
    std::uint32_t publisher = 1;
    std::uint32_t incarnation = 1;
    std::int64_t now = 0;
    std::int64_t last_settled = std::numeric_limits<std::int64_t>::min();
    bool replay_clock = false;
    bool simulation = false;
    std::optional<RandomState> random = std::nullopt;  ///< Where an earlier life stood.
};

class Host {
public:
    /// `description` must outlive the host.
    Host(const drover_agent_description& description, const HostSettings& settings)
        : description_(description),
          settings_(settings),
          now_(settings.now),
          random_(settings.random ? Random(*settings.random) : Random(settings.seed)),
          publications_(description, settings.publisher, settings.incarnation),
          requests_(description) {
        record_.last_settled = settings.last_settled;
        fill_table();
    }
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    Host(Host&&) = delete;
    Host& operator=(Host&&) = delete;
    ~Host() = default;

    [[nodiscard]] const drover_host* table() const { return &table_; }

    /// Runs `use` with the record while no host call can change it.
    template <typename Use>
    auto with_record(Use&& use) {
        const std::lock_guard guard(mutex_);
        return use(record_);
    }
    /// The same with the requests.
    template <typename Use>
    auto with_requests(Use&& use) {
        const std::lock_guard guard(mutex_);
        return use(requests_);
    }
    [[nodiscard]] RandomState random_state() {
        const std::lock_guard guard(mutex_);
        return random_.state();
    }
    void set_phase(Phase phase) {
        const std::lock_guard guard(mutex_);
        phase_ = phase;
    }
    void set_now(std::int64_t now) {
        const std::lock_guard guard(mutex_);
        now_ = now;
    }
    void set_rules(const std::vector<PublishRule>& rules) {
        const std::lock_guard guard(mutex_);
        publications_.set_rules(rules);
    }
    /// When the next timer fires or the next open request times out.
    [[nodiscard]] std::optional<std::int64_t> next_timer() {
        const std::lock_guard guard(mutex_);
        const auto timer = timers_.next_due();
        const auto deadline = requests_.next_deadline();
        return timer && deadline ? std::min(*timer, *deadline) : (timer ? timer : deadline);
    }
    [[nodiscard]] std::optional<DueTimer> take_due_timer() {
        const std::lock_guard guard(mutex_);
        return timers_.take_due(now_);
    }
    [[nodiscard]] std::optional<SentRequest> take_expired_request() {
        const std::lock_guard guard(mutex_);
        return requests_.take_expired(now_);
    }
    [[nodiscard]] std::vector<SentReply> take_replies() {
        const std::lock_guard guard(mutex_);
        return requests_.take_replies();
    }
    [[nodiscard]] std::vector<PublishedMessage> take_published() {
        const std::lock_guard guard(mutex_);
        return publications_.take();
    }

    /// Says that a callback begins on this thread, to handle `message` if there is one.
    void enter_callback(const drover_message* message) {
        const std::lock_guard guard(mutex_);
        agent_thread_ = std::this_thread::get_id();
        context_ = PublishContext{true, {}, now_, now_};
        if (message != nullptr) {
            context_.cause = message->id;
            context_.inherited_event_time = message->event_time;
        }
    }
    /// Says that it has ended. `is_committed`: its state is saved, so that its requests and replies
    /// may leave.
    void leave_callback(bool is_committed) {
        const std::lock_guard guard(mutex_);
        agent_thread_.reset();
        requests_.end_callback(is_committed);
        record_.store.close_callback(is_committed);
        if (!publications_.end_callback()) {
            record_.violations.emplace_back(
                "A callback returned with a loan that was not committed.");
        }
    }

    /// Waits until another thread of the agent has called post, publish, ready or request_stop
    /// since the last wait. False when `at_most` of wall time went by without.
    bool wait_for_news(std::chrono::nanoseconds at_most) {
        std::unique_lock lock(mutex_);
        const bool is_news = news_.wait_for(lock, at_most, [this] { return has_news_; });
        has_news_ = false;
        return is_news;
    }

private:
    enum class Thread { agent, any };

    static Host& self(const drover_host* host) { return *static_cast<Host*>(host->implementation); }

    [[nodiscard]] bool on_agent_thread() const {
        return agent_thread_ == std::this_thread::get_id();
    }

    /// Whether `call` is allowed now, from `earliest` until stop has returned.
    Answer allowed(const char* call, Thread thread, Phase earliest) {
        Answer answer;
        if (phase_ == Phase::stopped) {
            answer = {DROVER_E_STATE, std::string(call) + " was called after stop had returned."};
        } else if (phase_ < earliest) {
            answer = {DROVER_E_STATE,
                      std::string(call) + " was called too early: " +
                          (earliest == Phase::starting ? "it is allowed from start on."
                                                       : "it is not allowed in create.")};
        } else if (thread == Thread::agent && !on_agent_thread()) {
            answer = {DROVER_E_THREAD, std::string(call) + " was called outside the callbacks."};
        }
        if (answer.status < 0) {
            record_.violations.push_back(answer.sentence);
        }
        return answer;
    }

    /// Keeps a failure's sentence for last_error of this thread.
    drover_status finish(const Answer& answer) {
        if (answer.status < 0) {
            last_errors_[std::this_thread::get_id()] = answer.sentence;
        }
        return answer.status;
    }

    /// One host call: under the lock, and only where it is allowed.
    template <typename Work>
    static drover_status perform(
        const drover_host* table, const char* call, Thread thread, Phase earliest, Work&& work) {
        Host& host = self(table);
        const std::lock_guard guard(host.mutex_);
        const Answer answer = host.allowed(call, thread, earliest);
        return host.finish(answer.status < 0 ? answer : work(host));
    }

    void tell_waiting() {
        has_news_ = true;
        news_.notify_all();
    }

    [[nodiscard]] PublishContext publish_context() const {
        return on_agent_thread() ? context_ : PublishContext{false, {}, now_, now_};
    }

    Answer subscribe_port(std::uint32_t port, std::string_view pattern) {
        constexpr std::uint32_t wanted = DROVER_PORT_IN | DROVER_PORT_ON_DEMAND;
        if (port >= description_.port_count ||
            (description_.ports[port]->flags & wanted) != wanted) {
            return {DROVER_E_NOT_FOUND,
                    "There is no ON_DEMAND IN port " + std::to_string(port) + "."};
        }
        const drover_port& declared = *description_.ports[port];
        const std::string text(pattern.empty() ? std::string_view(declared.topic) : pattern);
        if (!is_topic_pattern(text) || !pattern_covers(declared.topic, text)) {
            return {DROVER_E_DENIED,
                    "Port '" + std::string(declared.name) + "' takes '" + declared.topic +
                        "', which does not cover '" + text + "'."};
        }
        record_.subscriptions.push_back({port, text});
        return {};
    }

    Answer open_advance(std::int64_t time, std::int64_t delay, std::uint64_t token) {
        if (record_.advance) {
            return {DROVER_E_STATE,
                    "An advance to " + std::to_string(record_.advance->time) + " is open already."};
        }
        if (time < now_ || delay < 0) {
            return {DROVER_E_INVALID,
                    "The time " + std::to_string(time) + " lies before " + std::to_string(now_) +
                        ", or the delay is negative."};
        }
        record_.advance = OpenAdvance{time, delay, token};
        return {};
    }

    static const drover_simulation_v1* simulation_table();
    static const drover_store_v1* store_table();
    static Answer check_key(drover_bytes key);

    void fill_table();
    void fill_messages();
    void fill_life();

    const drover_agent_description& description_;
    HostSettings settings_;
    drover_host table_{};
    std::mutex mutex_;
    std::condition_variable news_;
    bool has_news_ = false;
    Phase phase_ = Phase::creating;
    std::optional<std::thread::id> agent_thread_;  ///< Set inside a callback.
    PublishContext context_;
    std::int64_t now_;
    Random random_;
    Timers timers_;
    Publications publications_;
    Requests requests_;
    HostRecord record_;
    /// By thread, since each reads its own; the text stays in place until the next failure there.
    std::map<std::thread::id, std::string> last_errors_;
};

}  // namespace drover::testing

#include <drover/testing/host_table.hpp>
