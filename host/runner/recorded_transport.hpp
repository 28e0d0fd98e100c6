/// A transport that has what passes written down before it goes on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "recording/recorded_message.hpp"
#include "recording/recorded_outputs.hpp"
#include "runner/life_recorder.hpp"
#include "runner/simulation_service.hpp"
#include "runner/transport.hpp"

namespace drover {

/// The same as a recording has it; the views are those of what was given.
[[nodiscard]] RecordedMessage recorded_publication(const PublishedMessage& message);
[[nodiscard]] RecordedQuestion recorded_question(const OutgoingRequest& request);
[[nodiscard]] RecordedAnswer recorded_answer(const OutgoingReply& reply);

/// Between a runner and its link. One thread, but for `wake`.
class RecordedTransport final : public Transport {
public:
    /// `next` must outlive it.
    explicit RecordedTransport(Transport& next) : next_(next) {}

    /// Who writes down; null: nobody. Lent until the next call.
    void record_to(LifeRecorder* recorder) { recorder_ = recorder; }

    void send(const PublishedMessage& message) override {
        if (recorder_ != nullptr) {
            recorder_->published(message);
        }
        next_.send(message);
    }
    void finish_sending() override {
        flush();
        next_.finish_sending();
    }
    void send_request(const OutgoingRequest& request) override;
    void send_reply(const OutgoingReply& reply) override;
    void handled(std::uint64_t position, const std::vector<std::uint64_t>& voided) override {
        next_.handled(position, voided);
    }
    void ask_advance(std::int64_t time, std::int64_t delay, std::uint64_t token) override;
    void wake() override { next_.wake(); }

private:
    void flush() {
        if (recorder_ != nullptr) {
            recorder_->flush();
        }
    }

    Transport& next_;
    LifeRecorder* recorder_ = nullptr;
};

/// Between an agent and what runs simulations for it: has the answers written down.
class RecordedSimulations final : public SimulationService {
public:
    /// `next` must outlive it.
    explicit RecordedSimulations(SimulationService& next) : next_(next) {}

    /// As RecordedTransport::record_to.
    void record_to(LifeRecorder* recorder) { recorder_ = recorder; }

    SimulationAnswer start(std::string_view request, std::uint64_t token) override {
        return recorded(next_.start(request, token));
    }
    SimulationAnswer read(std::uint64_t token) override { return recorded(next_.read(token)); }
    SimulationAnswer cancel(std::uint64_t token) override { return recorded(next_.cancel(token)); }

private:
    [[nodiscard]] SimulationAnswer recorded(SimulationAnswer answer) {
        if (recorder_ != nullptr) {
            recorder_->simulated(answer);
        }
        return answer;
    }

    SimulationService& next_;
    LifeRecorder* recorder_ = nullptr;
};

}  // namespace drover
