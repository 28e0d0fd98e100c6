// The life of an agent: prepared, started, its state loaded and saved, stopped.
#include <algorithm>
#include <cstring>
#include <utility>

#include "runner/agent_runner.hpp"
#include "runner/borrowed.hpp"

namespace drover {
namespace {

struct SavedBytes {
    std::string_view rest;
};

std::int64_t read_bytes(void* context, void* data, std::size_t size) {
    auto& saved = *static_cast<SavedBytes*>(context);
    const std::size_t count = std::min(size, saved.rest.size());
    std::memcpy(data, saved.rest.data(), count);
    saved.rest.remove_prefix(count);
    return static_cast<std::int64_t>(count);
}

}  // namespace

Error AgentRunner::step_failed(const char* step, drover_status status) {
    const std::lock_guard lock(mutex_);
    std::string text = "The plugin could not " + std::string(step) + ": ";
    if (failure_text_.empty()) {
        text += "it answered status " + std::to_string(status) + " and gave no reason.";
    } else {
        text += failure_text_ + (failure_code_.empty() ? "" : " (" + failure_code_ + ")");
    }
    failure_code_.clear();
    failure_text_.clear();
    return {ErrorKind::invalid, text};
}

Result<void> AgentRunner::prepare() {
    drover_status status = DROVER_OK;
    in_callback(CallbackKind::create, {}, time(), [&] {
        status = functions_.create(setup_.description, &host_, &agent_);
    });
    if (status < 0) {
        agent_ = nullptr;
        return step_failed("be created", status);
    }
    if (functions_.get_extension != nullptr) {
        state_ = static_cast<const drover_state_v1*>(
            functions_.get_extension(agent_, DROVER_EXTENSION_STATE));
        link_ = static_cast<const drover_link_v1*>(
            functions_.get_extension(agent_, DROVER_EXTENSION_LINK));
    }
    phase_ = Phase::configuring;
    if (functions_.configure != nullptr) {
        const drover_config config{sizeof(drover_config),
                                   setup_.mode,
                                   borrowed(setup_.name),
                                   borrowed(setup_.fleet),
                                   borrowed(setup_.config_json),
                                   seed_of(setup_.fleet, setup_.name),
                                   setup_.start_time};
        in_callback(CallbackKind::configure, {}, time(), [&] {
            status = functions_.configure(agent_, &config);
        });
    }
    return status < 0 ? Result<void>(step_failed("be configured", status)) : load_state();
}

Result<void> AgentRunner::load_state() {
    if (state_ == nullptr) {
        return success();
    }
    auto saved = setup_.state;
    if (file_ && file_->state()) {
        saved = InitialState{file_->state()->version, file_->state()->bytes};
    }
    if (!saved) {
        return success();
    }
    SavedBytes bytes{saved->bytes};
    const drover_reader reader{&bytes, &read_bytes};
    drover_status status = DROVER_OK;
    record([&](LifeRecorder& recorder) { recorder.state(saved->version, saved->bytes); });
    in_callback(CallbackKind::load_state, {}, time(), [&] {
        status = state_->load(agent_, &reader, saved->version);
    });
    return status < 0 ? Result<void>(step_failed("load its saved state", status))
                      : Result<void>(success());
}

Result<bool> AgentRunner::start() {
    phase_ = Phase::starting;
    drover_status status = DROVER_OK;
    record([](LifeRecorder& recorder) { recorder.start(); });
    in_callback(CallbackKind::start, {}, time(), [&] { status = functions_.start(agent_); });
    if (status < 0) {
        return step_failed("start", status);
    }
    if (status == DROVER_PENDING) {
        run_posts();
        return false;
    }
    phase_ = Phase::running;
    run_posts();
    return true;
}

std::optional<Result<void>> AgentRunner::pending_outcome() {
    std::optional<drover_status> outcome;
    {
        const std::lock_guard lock(mutex_);
        outcome = std::exchange(pending_outcome_, std::nullopt);
    }
    if (!outcome) {
        return std::nullopt;
    }
    if (*outcome < 0) {
        return Result<void>(step_failed("start", *outcome));
    }
    phase_ = Phase::running;
    return Result<void>(success());
}

void AgentRunner::stop(std::int32_t reason, std::int64_t deadline) {
    if (phase_ != Phase::starting && phase_ != Phase::running) {
        return;
    }
    if (functions_.stop != nullptr) {
        follow_clocks();
        deadline = live_clock_ ? live_clock_->from_wall(deadline) : deadline;
        drover_status status = DROVER_OK;
        record([&](LifeRecorder& recorder) { recorder.stop(reason, deadline); });
        in_callback(CallbackKind::stop, {}, time(), [&] {
            status = functions_.stop(agent_, reason, deadline);
        });
        if (status < 0) {
            observer_.on_log(DROVER_LOG_ERROR, step_failed("stop cleanly", status).message);
        }
    }
    phase_ = Phase::stopped;
    closed_.store(true);
    timers_.clear();
    hold_batch(false);
    commit();
    is_mute_ = is_mute_ || has_uncommitted();
    send_all();
}

void AgentRunner::want_stop(StopWish wish) {
    const std::lock_guard lock(mutex_);
    if (!stop_wish_) {
        stop_wish_ = std::move(wish);
        has_stop_wish_.store(true, std::memory_order_release);
        transport_.wake();
    }
}

std::optional<StopWish> AgentRunner::stop_wish() const {
    if (!wants_to_stop()) {
        return std::nullopt;
    }
    const std::lock_guard lock(mutex_);
    return stop_wish_;
}

}  // namespace drover
