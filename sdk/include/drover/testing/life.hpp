/// One life of an agent: from create to destroy, every callback in its order. Test authors use
/// Harness; this is its inside.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <drover/drover.h>
#include <drover/testing/host.hpp>
#include <drover/testing/published.hpp>

namespace drover::testing {

class Life {
public:
    /// `description` must outlive this.
    Life(const drover_agent_description& description, const HostSettings& settings)
        : host(description, settings),
          description_(description),
          functions_(*description.functions) {}
    Life(const Life&) = delete;
    Life& operator=(const Life&) = delete;
    Life(Life&&) = delete;
    Life& operator=(Life&&) = delete;
    ~Life() { end(); }

    /// create, configure, load of `earlier` where there is one, start. Returns what start answered,
    /// or the failure, which `failure` describes; then the life has ended.
    drover_status begin(const drover_config& config, const std::optional<SavedState>& earlier) {
        drover_status status = create();
        if (status >= 0) {
            host.set_phase(Phase::configuring);
            status = configure(config);
        }
        if (status >= 0 && earlier) {
            status = load(*earlier);
        }
        if (status >= 0) {
            host.set_phase(Phase::starting);
            status = answered("start", in_callback([&] { return functions_.start(agent_); }));
        }
        if (status < 0) {
            end();
            return status;
        }
        host.set_phase(Phase::running);
        is_running = true;
        is_ready = status == DROVER_OK;
        if (failure) {
            // Its state could not be saved.
            stop(DROVER_STOP_FAILED);
            return failure->status;
        }
        return status;
    }

    /// Runs one callback of the agent, handling `message` if there is one, then saves its state
    /// where that has changed, then lets go of what it published.
    template <typename Call>
    std::invoke_result_t<Call> in_callback(Call&& call, const drover_message* message = nullptr) {
        collect();
        host.enter_callback(message);
        if constexpr (std::is_void_v<std::invoke_result_t<Call>>) {
            call();
            after_callback();
        } else {
            const auto result = call();
            after_callback();
            return result;
        }
    }

    void on_message(const drover_message& message) {
        if (const auto function = optional_function(&drover_agent_functions::on_message)) {
            in_callback([&] { function(agent_, &message); }, &message);
        }
    }
    void on_post(std::uint64_t token) {
        if (const auto function = optional_function(&drover_agent_functions::on_post)) {
            in_callback([&] { function(agent_, token); });
        }
    }
    void on_timer(const DueTimer& timer) {
        if (const auto function = optional_function(&drover_agent_functions::on_timer)) {
            in_callback([&] { function(agent_, timer.id, timer.due, timer.missed); });
        }
    }
    void on_refused(std::string_view topic,
                    std::uint64_t sequence,
                    drover_status status,
                    std::string_view reason) {
        if (const auto function = optional_function(&drover_agent_functions::on_refused)) {
            in_callback([&] { function(agent_, borrow(topic), sequence, status, borrow(reason)); });
        }
    }
    /// Calls `call` with the agent and its drover.link/1, where it has one.
    template <typename Call>
    void on_link(Call&& call) {
        if (link_ != nullptr) {
            in_callback([&] { call(agent_, *link_); });
        }
    }

    /// An agent without the function answers UNSUPPORTED.
    void on_request(const drover_request& request) {
        host.with_requests([&](Requests& requests) { requests.receive(request.id, request.port); });
        const auto function = optional_function(&drover_agent_functions::on_request);
        in_callback([&] {
            if (function != nullptr) {
                function(agent_, &request);
            } else {
                host.table()->reply(host.table(),
                                    request.id,
                                    DROVER_E_UNSUPPORTED,
                                    {nullptr, 0},
                                    borrow("The agent answers no requests."));
            }
        });
    }
    void on_reply(const SentRequest& request,
                  drover_status status,
                  std::string_view bytes,
                  std::string_view error) {
        const auto function = optional_function(&drover_agent_functions::on_reply);
        if (function == nullptr) {
            return;
        }
        const BorrowedBody body(bytes);
        drover_reply reply{};
        reply.size = sizeof(reply);
        reply.status = status;
        reply.token = request.token;
        reply.body = body.bytes();
        reply.error = borrow(error);
        in_callback([&] { function(agent_, &reply); });
    }

    /// Handles what callbacks and other threads have left: readiness, a stop, posts in their order,
    /// then timers that are due, then requests that have timed out.
    void settle() {
        // Far more than any agent needs at one instant, and few enough to end an endless one.
        constexpr int most_callbacks = 1'000'000;
        for (int callbacks = 0; callbacks < most_callbacks; ++callbacks) {
            take_readiness();
            if (!is_running || stop_if_asked() || !handle_next()) {
                collect();
                return;
            }
        }
        throw HarnessError(
            "The agent posts or sets due timers without end: a million callbacks at "
            "one instant.");
    }

    /// Calls stop. From its return on the host answers STATE.
    void stop(std::int32_t reason) {
        is_running = false;
        stop_reason = reason;
        // As long as the host waits before it ends the process.
        constexpr auto patience = std::chrono::seconds(10);
        const std::int64_t deadline =
            std::chrono::duration_cast<std::chrono::nanoseconds>(
                std::chrono::system_clock::now().time_since_epoch() + patience)
                .count();
        if (const auto function = optional_function(&drover_agent_functions::stop)) {
            answered("stop", in_callback([&] { return function(agent_, reason, deadline); }));
        }
        host.set_phase(Phase::stopped);
        collect();
    }

    /// What was published and is not taken yet; messages of a running callback are not finished.
    [[nodiscard]] std::vector<PublishedMessage> take_published() {
        collect();
        return std::exchange(published_, {});
    }

    /// Stops where that is due, and destroys. The host stays, for late calls to be refused.
    void end() {
        if (is_running) {
            stop(DROVER_STOP_REQUESTED);
        }
        host.set_phase(Phase::stopped);
        if (void* const agent = std::exchange(agent_, nullptr)) {
            functions_.destroy(agent);
        }
        collect();
    }

    Host host;
    bool is_running = false;
    bool is_ready = false;
    std::int32_t stop_reason = 0;          ///< DROVER_STOP_..., 0 while it was not stopped.
    std::optional<FailureReport> failure;  ///< The first one.
    std::optional<SavedState> saved;       ///< By this life.

private:
    /// The agent's function, or NULL where it has none or was built before there was one.
    template <typename Function>
    Function optional_function(Function drover_agent_functions::*member) const {
        const auto offset = reinterpret_cast<const char*>(&(functions_.*member)) -
                            reinterpret_cast<const char*>(&functions_);
        const bool is_there =
            static_cast<std::size_t>(offset) + sizeof(Function) <= functions_.size;
        return is_there ? functions_.*member : nullptr;
    }

    void note(std::string violation) {
        host.with_record(
            [&](HostRecord& record) { record.violations.push_back(std::move(violation)); });
    }

    void fail(const FailureReport& report) {
        if (!failure) {
            failure = report;
        }
    }

    /// Turns a negative answer of `call` into the failure with the reason that the agent gave.
    drover_status answered(const std::string& call, drover_status status) {
        auto reason = host.with_record(
            [](HostRecord& record) { return std::exchange(record.reason, std::nullopt); });
        if (status >= 0) {
            return status;
        }
        if (!reason) {
            reason = FailureReport{status, "", call + " failed without giving a reason."};
            note(call + " answered " + std::to_string(status) + " without drover_host.fail.");
        }
        reason->status = status;
        fail(*reason);
        return status;
    }

    drover_status create() {
        void* made = nullptr;
        const drover_status status = answered(
            "create",
            in_callback([&] { return functions_.create(&description_, host.table(), &made); }));
        agent_ = status < 0 ? nullptr : made;
        if (const auto function = optional_function(&drover_agent_functions::get_extension);
            function != nullptr && status >= 0) {
            state_ = static_cast<const drover_state_v1*>(
                in_callback([&] { return function(agent_, DROVER_EXTENSION_STATE); }));
            link_ = static_cast<const drover_link_v1*>(
                in_callback([&] { return function(agent_, DROVER_EXTENSION_LINK); }));
        }
        return status;
    }

    drover_status configure(const drover_config& config) {
        const auto function = optional_function(&drover_agent_functions::configure);
        return function == nullptr
                   ? DROVER_OK
                   : answered("configure", in_callback([&] { return function(agent_, &config); }));
    }

    drover_status load(const SavedState& from) {
        if (state_ == nullptr) {
            return DROVER_OK;
        }
        std::string_view rest = from.bytes;
        const drover_reader reader{
            &rest, [](void* context, void* data, std::size_t size) {
                // Short reads, since a host may answer them at any time.
                constexpr std::size_t most = 61;
                auto& left = *static_cast<std::string_view*>(context);
                const std::size_t taken = std::min({size, most, left.size()});
                std::memcpy(data, left.data(), taken);
                left.remove_prefix(taken);
                return static_cast<std::int64_t>(taken);
            }};
        return answered("load",
                        in_callback([&] { return state_->load(agent_, &reader, from.version); }));
    }

    /// Appends what the agent has published since the last time.
    void collect() {
        auto fresh = host.take_published();
        published_.insert(published_.end(),
                          std::make_move_iterator(fresh.begin()),
                          std::make_move_iterator(fresh.end()));
    }

    void after_callback() {
        const bool is_dirty = host.with_record(
            [](HostRecord& record) { return std::exchange(record.state_dirty, false); });
        const bool is_committed = !is_dirty || save();
        host.leave_callback(is_committed);
        if (is_committed) {
            collect();
            return;
        }
        // What depends on a state that could not be saved must not leave.
        static_cast<void>(host.take_published());
        if (is_running) {
            stop(DROVER_STOP_FAILED);
        }
    }

    /// Saves twice and compares, since equal states must give equal bytes.
    bool save() {
        if (state_ == nullptr) {
            note("state_dirty was called by an agent without drover.state/1.");
            return true;
        }
        std::string bytes;
        std::string again;
        const drover_status status = answered("save", save_into(bytes));
        if (status < 0) {
            return false;
        }
        if (save_into(again) < 0 || again != bytes) {
            note("Saving the same state twice gave different bytes.");
        }
        saved = SavedState{std::move(bytes), description_.state_version, host.random_state()};
        return true;
    }

    drover_status save_into(std::string& bytes) {
        const drover_writer writer{&bytes, [](void* context, const void* data, std::size_t size) {
                                       static_cast<std::string*>(context)->append(
                                           static_cast<const char*>(data), size);
                                       return drover_status{DROVER_OK};
                                   }};
        return state_->save(agent_, &writer);
    }

    void take_readiness() {
        const auto ready = host.with_record(
            [](HostRecord& record) { return std::exchange(record.ready, std::nullopt); });
        if (!ready || !is_running || is_ready) {
            return;
        }
        if (answered("start", *ready) < 0) {
            stop(DROVER_STOP_FAILED);
            return;
        }
        is_ready = true;
    }

    bool stop_if_asked() {
        const auto asked = host.with_record(
            [](HostRecord& record) { return std::exchange(record.stop, std::nullopt); });
        if (!asked) {
            return false;
        }
        if (asked->status < 0) {
            fail({asked->status, asked->code, asked->text});
        }
        stop(asked->status < 0 ? DROVER_STOP_FAILED : DROVER_STOP_COMPLETED);
        return true;
    }

    /// Handles the oldest post, else the timer that is due, else the request that has timed out;
    /// false where there is none of them.
    bool handle_next() {
        const auto post = host.with_record([](HostRecord& record) -> std::optional<std::uint64_t> {
            if (record.posts.empty()) {
                return std::nullopt;
            }
            const std::uint64_t token = record.posts.front();
            record.posts.pop_front();
            return token;
        });
        if (post) {
            on_post(*post);
            return true;
        }
        if (const auto timer = host.take_due_timer()) {
            on_timer(*timer);
            return true;
        }
        if (const auto request = host.take_expired_request()) {
            on_reply(*request, DROVER_E_TIMEOUT, {}, "The deadline has passed.");
            return true;
        }
        return false;
    }

    const drover_agent_description& description_;
    const drover_agent_functions& functions_;
    void* agent_ = nullptr;
    const drover_state_v1* state_ = nullptr;
    const drover_link_v1* link_ = nullptr;
    std::vector<PublishedMessage> published_;
};

}  // namespace drover::testing
