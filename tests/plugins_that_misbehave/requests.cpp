// Agents that ask and answer each other, and a clock to let them do so at the same times again.
#include <string>

#include "plugins_that_misbehave/test_config.hpp"
#include "plugins_that_misbehave/test_topics.hpp"

namespace drover::misbehaving {

/// Answers as the question says: "late" after a second, "silent" never, "twice" two times, "fail"
/// by a Failure, anything else by the question and how many there were. Remembers their number.
class Oracle final : public Agent {
public:
    static constexpr About about{"oracle", "1.0.0", "drover tests", "Answers questions"};
    static constexpr bool keeps_state = true;
    static constexpr RequestServer<AnyJson, AnyJson> questions{
        0, "ask", "oracle.ask", "Any question"};
    static constexpr RequestServer<Tick, Tick> ticks{1, "ticks", "oracle.ticks", "Records"};
    static constexpr auto ports = drover::ports(questions, ticks);

    void on_request(const Request& request) override {
        const std::string question(request.json());
        ++asked_;
        state_dirty();
        if (question.find("silent") != std::string::npos) {
            return;
        }
        if (question.find("fail") != std::string::npos) {
            throw Failure(
                "oracle.fail", "The oracle does not like the question.", DROVER_E_INVALID);
        }
        if (question.find("late") != std::string::npos) {
            constexpr std::int64_t second = 1'000'000'000;
            set_timer(request.id(), now() + second);
            return;
        }
        reply(request.id(),
              R"({"asked": )" + std::to_string(asked_) + R"(, "by": ")" +
                  std::string(request.sender()) + R"(", "question": )" + question + "}");
        if (question.find("twice") != std::string::npos &&
            reply(request.id(), "2") != DROVER_E_STATE) {
            give_up("oracle", "A second answer was taken.");
        }
    }
    void on_timer(std::uint64_t id, std::int64_t, std::uint32_t) override { reply(id, "\"late\""); }
    void save_state(std::string& bytes) const override { bytes = std::to_string(asked_); }
    void load_state(std::string_view bytes, std::uint32_t) override {
        asked_ = std::strtoll(std::string(bytes).c_str(), nullptr, 10);
    }

private:
    std::int64_t asked_ = 0;
};

/// Asks `question` of `target` at each tick and tells what came back: on `heard.reply`, in a
/// summary after `after` replies, and to whoever asks its port `heard`.
class Asker final : public Agent {
public:
    static constexpr About about{"asker",
                                 "1.0.0",
                                 "drover tests",
                                 "Asks questions",
                                 DROVER_AGENT_DETERMINISTIC,
                                 R"({"type":"object","additionalProperties":false,"properties":{
            "target":{"type":"string"},"question":{"type":"string"},
            "timeout_ms":{"type":"integer","minimum":1}}})"};
    static constexpr bool keeps_state = false;
    static constexpr In<Tick> ticks{0, "ticks", "test.>", "When to ask"};
    static constexpr RequestClient<AnyJson, AnyJson> asks{1, "asks", "oracle.ask", "Questions"};
    static constexpr RequestServer<AnyJson, AnyJson> heard{2, "heard", "asker.heard", "Replies"};
    static constexpr Out<AnyJson> told{3, "told", "heard.>", "Replies"};
    static constexpr Out<AnyJson> summary{4, "summary", "performance.summary", "All replies"};
    static constexpr auto ports = drover::ports(ticks, asks, heard, told, summary);

    void configure(const Config& config) override {
        target_ = text_value(config.json, "target");
        question_ = text_value(config.json, "question");
        timeout_ = std::chrono::milliseconds(number_value(config.json, "timeout_ms", 5000));
    }
    void on_message(const Message& message) override {
        for (const Tick& tick : message.records(ticks)) {
            const bool is_third = tick.count % 3 == 0;
            check(request(asks,
                          target_,
                          R"({"tick": )" + std::to_string(tick.count) +
                              (is_third ? R"(, "how": ")" + question_ + "\"}" : "}"),
                          timeout_,
                          tick.count));
        }
    }
    void on_reply(const Reply& reply) override {
        all_ +=
            (all_.empty() ? "" : ", ") + std::string(R"({"token": )") +
            std::to_string(reply.token()) + R"(, "at": )" + std::to_string(now()) +
            R"(, "status": )" + std::to_string(reply.status()) + R"(, "reply": )" +
            (reply.is_ok() ? std::string(reply.json()) : "\"" + std::string(reply.error()) + "\"") +
            "}";
        publish_json(topic(told, "heard.reply"), document());
        publish_json(topic(summary, "performance.summary"), document());
    }
    void on_request(const Request& request) override { reply(request.id(), document()); }

private:
    [[nodiscard]] std::string document() const { return R"({"heard": [)" + all_ + "]}"; }
    std::string target_;
    std::string question_;
    std::chrono::nanoseconds timeout_{};
    std::string all_;
};

/// The replay clock: `ticks` ticks, one a second, then nothing more.
class Beat final : public Agent {
public:
    static constexpr About about{"beat",
                                 "1.0.0",
                                 "drover tests",
                                 "Moves the time",
                                 DROVER_AGENT_DETERMINISTIC,
                                 R"({"type":"object","additionalProperties":false,"properties":{
            "ticks":{"type":"integer","minimum":1}}})"};
    static constexpr bool keeps_state = false;
    static constexpr Out<Tick> ticks{0, "ticks", "test.beat", "Ticks"};
    static constexpr auto ports = drover::ports(ticks);

    void configure(const Config& config) override {
        last_ = static_cast<std::uint64_t>(number_value(config.json, "ticks", 10));
    }
    bool start() override {
        clock_ = static_cast<const drover_replay_clock_v1*>(
            host()->get_extension(host(), DROVER_EXTENSION_REPLAY_CLOCK));
        if (clock_ == nullptr) {
            throw Failure("beat.clock", "Name this agent in `clock: {replay: …}`.");
        }
        advance();
        return true;
    }
    void on_post(std::uint64_t) override {
        publish(topic(ticks, "test.beat"), Tick{++count_});
        if (count_ < last_) {
            advance();
        } else {
            healthy("history ended");
        }
    }

private:
    void advance() {
        constexpr std::int64_t second = 1'000'000'000;
        check(clock_->advance(host(), now() + second, 0, count_));
    }
    const drover_replay_clock_v1* clock_ = nullptr;
    std::uint64_t count_ = 0;
    std::uint64_t last_ = 0;
};

}  // namespace drover::misbehaving

DROVER_LIBRARY(drover::misbehaving::Oracle, drover::misbehaving::Asker, drover::misbehaving::Beat)
