/// The real drover-router, driven over its control channel and real links by agents that the test
/// plays.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <poll.h>

#include <drover/status.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "base/line_channel.hpp"
#include "link/agent_link.hpp"
#include "link/poller.hpp"
#include "link/tap.hpp"
#include "process/kill_switch_page.hpp"
#include "process/launcher.hpp"
#include "process/nonblocking_pipe.hpp"
#include "process/status_page.hpp"
#include "wire/control_frame.hpp"
#include "wire/message_frame.hpp"

namespace drover {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_wait = 20s;

std::filesystem::path make_directory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "drover-XXXXXX").string();
    return ::mkdtemp(pattern.data());
}

std::string endpoint_in(const std::filesystem::path& directory, const std::string& name) {
    return "ipc://" + (directory / (name + ".1")).string();
}

/// The supervisor's side of one drover-router, in a temporary directory. Ends the process.
class RouterProcess {
public:
    explicit RouterProcess(const std::filesystem::path& directory, int errors = STDERR_FILENO)
        : directory_(directory) {
        auto pair = make_socket_pair();
        LaunchRequest request;
        request.program = DROVER_ROUTER_PROGRAM;
        request.channel = pair.value().theirs.number();
        request.page = page_.descriptor();
        request.errors = errors;
        child_ = std::move(launch(request).value());
        control_ = std::make_unique<LineChannel>(std::move(pair.value().ours));
    }
    ~RouterProcess() {
        if (!exit_) {
            send_signal(child_, SIGKILL);
            wait_for_exit();
        }
    }
    RouterProcess(const RouterProcess&) = delete;
    RouterProcess& operator=(const RouterProcess&) = delete;

    void say(const Json& order) { control_->write_line(to_line(order)); }
    void close_channel() { control_.reset(); }
    void send(int signal) { send_signal(child_, signal); }

    /// `durable`: a rule for "kept.>", whose receiver is the taker, and a log.
    void configure(std::uint64_t epoch, const std::string& clock, bool durable = false) {
        const Json any = Json::array({">"});
        Json rules = Json::array({{{"pattern", "order.>"},
                                   {"delivery", "stream"},
                                   {"gated", true},
                                   {"publishers", nullptr}}});
        Json log;
        if (durable) {
            rules.push_back({{"pattern", "kept.>"},
                             {"delivery", "durable"},
                             {"gated", false},
                             {"publishers", nullptr},
                             {"receivers", {"taker"}}});
            log = {{"folder", (directory_ / "log").string()},
                   {"segment_size", 1U << 20U},
                   {"max_size", 1U << 24U}};
        }
        say({{"do", "configure"},
             {"epoch", epoch},
             {"fleet", "test"},
             {"clock", clock},
             {"tap", endpoint("tap")},
             {"kill_switch", (directory_ / "kill_switch").string()},
             {"rules", rules},
             {"log", log},
             {"window", {{"frames", 4}, {"bytes", 262144}}},
             {"queue", 1024},
             {"agents",
              Json::array(
                  {{{"name", "giver"}, {"handle", 1}, {"consumes", any}, {"publishes", any}},
                   {{"name", "taker"}, {"handle", 2}, {"consumes", any}, {"publishes", any}}})}});
        for (const char* const agent : {"giver", "taker"}) {
            say({{"do", "link"},
                 {"agent", agent},
                 {"incarnation", 1},
                 {"endpoint", endpoint(agent)},
                 {"token", "secret"}});
            say({{"do", "agent"}, {"name", agent}, {"state", "running"}});
        }
    }
    [[nodiscard]] std::string endpoint(const std::string& name) const {
        return endpoint_in(directory_, name);
    }

    /// The next event of the router; null when none comes before the deadline or it is gone.
    Json next_event() {
        const Monotonic deadline = monotonic_now() + longest_wait;
        while (events_.empty() && !control_->is_ended() && monotonic_now() < deadline) {
            const bool has_unsent = control_->has_unsent();
            pollfd item{control_->descriptor(),
                        static_cast<short>(has_unsent ? POLLIN | POLLOUT : POLLIN),
                        0};
            ::poll(&item, 1, 1000);
            control_->flush();
            for (const std::string& line : control_->read_lines()) {
                events_.push_back(parse_json(line).value());
            }
        }
        if (events_.empty()) {
            return nullptr;
        }
        const Json event = events_.front();
        events_.erase(events_.begin());
        return event;
    }
    const ExitStatus& wait_for_exit() {
        pollfd item{child_.watch.number(), POLLIN, 0};
        while (!exit_ && ::poll(&item, 1, 20'000) > 0) {
            exit_ = reap(child_);
        }
        return *exit_;
    }
    [[nodiscard]] StatusPageLayout& page() const { return page_.layout(); }

private:
    std::filesystem::path directory_;
    StatusPage page_ = std::move(StatusPage::create().value());
    Child child_;
    std::unique_ptr<LineChannel> control_;
    std::vector<Json> events_;
    std::optional<ExitStatus> exit_;
};

/// An agent on a real link.
class PlayedAgent {
public:
    PlayedAgent(LinkContext& context,
                const std::string& endpoint,
                std::string name,
                std::uint32_t handle)
        : link_(std::move(AgentLink::connect(context, endpoint).value())),
          name_(std::move(name)),
          handle_(handle) {}

    void send(std::span<const std::byte> bytes) {
        Frame frame(bytes);
        Poller poller;
        const std::size_t place = poller.add(link_, false, true);
        ASSERT_TRUE(poller.wait(longest_wait));
        ASSERT_TRUE(poller.is_writable(place));
        ASSERT_EQ(link_.send(frame), LinkStatus::done);
    }
    /// The next frame; an empty one when none comes before the deadline.
    Frame next() {
        Frame frame;
        Poller poller;
        poller.add(link_, true, false);
        if (!poller.wait(longest_wait) || link_.receive(frame) != LinkStatus::done) {
            return {};
        }
        return frame;
    }
    /// Waits for WELCOME, says HELLO, waits for READY. Returns the epoch.
    std::uint64_t shake_hands(std::vector<std::string> subscriptions) {
        const Frame first = next();
        const auto control = ControlFrame::decode(first.bytes());
        const auto welcome = control ? decode_control<WelcomeBody>(*control) : std::nullopt;
        if (!welcome) {
            ADD_FAILURE() << "no WELCOME for " << name_;
            return 0;
        }
        send(encode_hello({name_, 1, "secret", welcome->epoch, 0, std::move(subscriptions)}));
        const Frame second = next();
        const auto answer = ControlFrame::decode(second.bytes());
        EXPECT_TRUE(answer && decode_control<ReadyBody>(*answer)) << name_;
        return welcome->epoch;
    }
    /// The same as an agent whose file knows so much of the log.
    ReadyBody shake_hands_durably(const LogId& log, std::uint64_t cursor, std::uint64_t sequence) {
        const auto welcome = next_control<WelcomeBody>();
        send(encode_hello({name_,
                           1,
                           "secret",
                           welcome.value_or(WelcomeBody{}).epoch,
                           0,
                           {">"},
                           log,
                           cursor,
                           sequence}));
        return next_control<ReadyBody>().value_or(ReadyBody{});
    }
    void publish_durably(const std::string& topic, std::uint64_t sequence) {
        MessageHeader header;
        header.encoding = static_cast<std::uint16_t>(Encoding::records);
        header.publisher = handle_;
        header.incarnation = 1;
        header.sequence = header.topic_sequence = header.delivery = sequence;
        header.count = 1;
        header.record_size = 8;
        std::vector<std::byte> frame(message_frame_size(topic.size(), 8));
        encode_message(frame, topic, header, std::as_bytes(std::span(&sequence, 1)));
        send(frame);
    }
    /// The position of the next message, which must be a durable one; 0: it is not.
    std::uint64_t next_position() {
        const Frame frame = next();
        const auto message = MessageFrame::decode(frame.bytes());
        return message ? message->header.delivery : 0;
    }
    void publish(const std::string& topic, std::int64_t value = 0) {
        MessageHeader header;
        header.encoding = static_cast<std::uint16_t>(Encoding::records);
        header.publisher = handle_;
        header.incarnation = 1;
        header.sequence = header.topic_sequence = ++sequence_;
        header.count = 1;
        header.record_size = 8;
        std::vector<std::byte> frame(message_frame_size(topic.size(), 8));
        encode_message(frame, topic, header, std::as_bytes(std::span(&value, 1)));
        send(frame);
    }
    void done(bool is_answer) {
        send(
            encode_control(DoneBody{is_answer ? handle_ : 0, 1, sequence_, DoneBody::no_timer, 0}));
    }
    /// The sequence of the next message on `topic`; 0 when something else came.
    std::uint64_t next_message(const std::string& topic) {
        const Frame frame = next();
        const auto message = MessageFrame::decode(frame.bytes());
        return message && message->topic == topic ? message->header.sequence : 0;
    }
    template <typename Body>
    std::optional<Body> next_control() {
        const Frame frame = next();
        const auto control = ControlFrame::decode(frame.bytes());
        return control ? decode_control<Body>(*control) : std::nullopt;
    }

private:
    AgentLink link_;
    std::string name_;
    std::uint32_t handle_;
    std::uint64_t sequence_ = 0;
};

class DroverRouter : public testing::Test {
protected:
    DroverRouter() {
        kill_switch_.emplace(
            std::move(KillSwitchPage::open(directory_ / "kill_switch", true).value()));
        start();
    }
    ~DroverRouter() override {
        router_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }
    void start() { router_ = std::make_unique<RouterProcess>(directory_); }
    /// A configured router and both agents on the wall clock.
    void begin_live() {
        router_->configure(1, "wall");
        ASSERT_EQ(router_->next_event()["event"], "ready");
        giver_.shake_hands({});
        taker_.shake_hands({">"});
    }
    [[nodiscard]] std::string endpoint(const std::string& name) const {
        return endpoint_in(directory_, name);
    }

    std::filesystem::path directory_ = make_directory();
    std::optional<KillSwitchPage> kill_switch_;
    std::unique_ptr<RouterProcess> router_;
    LinkContext context_ = std::move(LinkContext::open().value());
    PlayedAgent giver_{context_, endpoint("giver"), "giver", 1};
    PlayedAgent taker_{context_, endpoint("taker"), "taker", 2};
};

TEST_F(DroverRouter, carries_messages_between_agents) {
    begin_live();
    for (std::uint64_t sequence = 1; sequence <= 200; ++sequence) {
        giver_.publish("market.bar");
        ASSERT_EQ(taker_.next_message("market.bar"), sequence);
        taker_.send(encode_control(CreditBody{1, 0, 112}));
    }
    // The page is written at the end of a turn, after the message is out.
    const Monotonic deadline = monotonic_now() + longest_wait;
    while (router_->page().messages_in.load() < 200 && monotonic_now() < deadline) {
        std::this_thread::yield();
    }
    EXPECT_EQ(router_->page().messages_in.load(), 200U);
}

TEST_F(DroverRouter, carries_messages_while_nobody_reads_its_log) {
    router_.reset();
    auto errors = make_nonblocking_pipe();
    ASSERT_TRUE(errors);
    router_ = std::make_unique<RouterProcess>(directory_, errors.value().writing.number());
    errors.value().writing.close();
    begin_live();
    // Each is refused with a line in the log; all of them are more than pipe and router keep.
    for (int count = 0; count < 3000; ++count) {
        router_->say({{"do", std::string(1000, 'x')}});
    }
    router_->say({{"do", "report"}});
    Json event = router_->next_event();
    while (event.is_object() && event["event"] != "ready") {
        event = router_->next_event();
    }
    ASSERT_TRUE(event.is_object()) << "the router has stopped at its log";
    giver_.publish("market.bar");
    EXPECT_EQ(taker_.next_message("market.bar"), 1U);
    std::string log;
    const Monotonic deadline = monotonic_now() + longest_wait;
    while (log.find("were left out") == std::string::npos && monotonic_now() < deadline) {
        pollfd item{errors.value().reading.number(), POLLIN, 0};
        ::poll(&item, 1, 100);
        read_available(errors.value().reading, log, log.size() + 1);
    }
    EXPECT_NE(log.find("lines of the log before this one were left out"), std::string::npos);
    EXPECT_NE(log.find("The router does not know the order"), std::string::npos);
}

TEST_F(DroverRouter, copies_messages_to_a_tap) {
    begin_live();
    auto tap = TapReader::connect(context_, endpoint("tap"), "market.");
    ASSERT_TRUE(tap);
    // A subscription takes effect some time after it was made; until then nothing is copied.
    Poller poller;
    Frame frame;
    const Monotonic deadline = monotonic_now() + longest_wait;
    do {
        giver_.publish("market.bar");
        taker_.next();
        taker_.send(encode_control(CreditBody{1, 0, 112}));
        poller.clear();
        poller.add(tap.value(), true, false);
        ASSERT_TRUE(poller.wait(10ms));
    } while (tap.value().receive(frame) != LinkStatus::done && monotonic_now() < deadline);
    const auto message = MessageFrame::decode(frame.bytes());
    ASSERT_TRUE(message);
    EXPECT_EQ(message->topic, "market.bar");
}

TEST_F(DroverRouter, sends_no_orders_while_the_kill_switch_is_engaged) {
    begin_live();
    ASSERT_TRUE(kill_switch_->write(true, "test", "to see"));
    giver_.publish("order.x");
    const Frame answer = giver_.next();
    const auto control = ControlFrame::decode(answer.bytes());
    ASSERT_TRUE(control);
    const auto refused = decode_refused(*control);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused.value().status, DROVER_E_GATED);
    ASSERT_TRUE(kill_switch_->write(false, "test", "seen"));
    giver_.publish("order.x");
    EXPECT_EQ(taker_.next_message("order.x"), 2U);
}

TEST_F(DroverRouter, welcomes_agents_again_after_it_was_killed) {
    begin_live();
    router_->send(SIGKILL);
    EXPECT_EQ(router_->wait_for_exit().signal, SIGKILL);
    start();
    router_->configure(2, "wall");
    EXPECT_EQ(giver_.shake_hands({}), 2U);
    EXPECT_EQ(taker_.shake_hands({">"}), 2U);
    giver_.publish("market.bar");
    EXPECT_EQ(taker_.next_message("market.bar"), 1U);
}

TEST_F(DroverRouter, loses_nothing_durable_and_doubles_nothing_when_it_is_killed) {
    router_->configure(1, "wall", true);
    ASSERT_EQ(router_->next_event()["event"], "ready");
    const ReadyBody ready = giver_.shake_hands_durably({}, 0, 0);
    ASSERT_NE(ready.log, LogId{});
    taker_.shake_hands_durably(ready.log, 0, 0);
    giver_.publish_durably("kept.x", 1);
    EXPECT_EQ(giver_.next_control<LoggedBody>()->sequence, 1U);
    EXPECT_EQ(taker_.next_position(), 1U);

    router_->send(SIGKILL);
    router_->wait_for_exit();
    start();
    router_->configure(2, "wall", true);
    ASSERT_EQ(router_->next_event()["event"], "ready");
    const ReadyBody again = giver_.shake_hands_durably(ready.log, 0, 2);
    EXPECT_EQ(again.log, ready.log);
    EXPECT_EQ(again.logged, 1U);
    giver_.publish_durably("kept.x", 1);
    giver_.publish_durably("kept.x", 2);
    EXPECT_EQ(taker_.shake_hands_durably(ready.log, 1, 0).cursor, 1U);
    EXPECT_EQ(taker_.next_position(), 2U);
}

TEST_F(DroverRouter, tells_of_its_log_and_does_with_it_what_a_person_asks) {
    router_->configure(1, "wall", true);
    ASSERT_EQ(router_->next_event()["event"], "ready");
    router_->say({{"do", "log"}, {"id", 5}, {"what", "stat"}});
    const Json answer = router_->next_event();
    EXPECT_EQ(answer["event"], "log");
    EXPECT_EQ(answer["id"], 5);
    EXPECT_EQ(answer["log"]["head"], 0);
    EXPECT_EQ(answer["log"]["receivers"][0]["name"], "taker");
    router_->say({{"do", "log"}, {"id", 6}, {"what", "skip"}, {"name", "giver"}});
    EXPECT_EQ(router_->next_event()["error"], "'giver' receives no durable messages.");
}

TEST_F(DroverRouter, has_no_log_where_nothing_is_durable) {
    begin_live();
    router_->say({{"do", "log"}, {"id", 5}, {"what", "stat"}});
    EXPECT_EQ(router_->next_event()["error"],
              "This fleet has no durable topics, and so no log of them.");
    EXPECT_FALSE(std::filesystem::exists(directory_ / "log"));
}

TEST_F(DroverRouter, does_not_begin_with_a_log_that_is_damaged) {
    std::filesystem::create_directories(directory_ / "log");
    std::ofstream(directory_ / "log" / "00000000000000000001.segment") << "no log at all";
    router_->configure(1, "wall", true);
    const Json said = router_->next_event();
    EXPECT_EQ(said["event"], "failed");
    EXPECT_NE(said["message"].get<std::string>().find("The durable log is damaged"),
              std::string::npos)
        << said;
    EXPECT_FALSE(router_->wait_for_exit().is_success());
}

TEST_F(DroverRouter, leads_a_replay_in_lockstep) {
    router_->configure(1, "replay");
    ASSERT_EQ(router_->next_event()["event"], "ready");
    EXPECT_EQ(router_->next_event()["waiting_for"], Json::array({"giver", "taker"}));
    giver_.shake_hands({});
    taker_.shake_hands({">"});
    giver_.send(encode_control(AdvanceBody{1000, 0, 5}));
    giver_.done(false);
    taker_.done(false);
    Json event;
    do {
        event = router_->next_event();
        ASSERT_EQ(event["event"], "replay");
    } while (!event["waiting_for"].empty());
    for (std::int64_t step = 1; step <= 100; ++step) {
        const auto advanced = giver_.next_control<AdvancedBody>();
        ASSERT_TRUE(advanced);
        EXPECT_EQ(advanced->time, step * 1000);
        giver_.publish("market.bar");
        giver_.send(encode_control(AdvanceBody{(step + 1) * 1000, 100'000, 5}));
        giver_.done(true);
        ASSERT_EQ(taker_.next_message("market.bar"), static_cast<std::uint64_t>(step));
        taker_.done(true);
    }
}

TEST_F(DroverRouter, does_nothing_at_all_while_nothing_happens) {
    begin_live();
    giver_.publish("market.bar");
    ASSERT_EQ(taker_.next_message("market.bar"), 1U);
    // It settles, then stands still: two equal readings a good while apart.
    const Monotonic deadline = monotonic_now() + longest_wait;
    std::uint64_t before = 0;
    std::uint64_t after = 1;
    while (before != after && monotonic_now() < deadline) {
        before = router_->page().progress.load();
        std::this_thread::sleep_for(200ms);
        after = router_->page().progress.load();
    }
    EXPECT_EQ(before, after);
    EXPECT_EQ(router_->page().began.load(), 0);
}

TEST_F(DroverRouter, ends_when_the_supervisor_is_gone) {
    begin_live();
    router_->close_channel();
    EXPECT_TRUE(router_->wait_for_exit().is_success());
}

TEST_F(DroverRouter, ends_at_sigterm_before_it_is_configured) {
    router_->send(SIGTERM);
    const ExitStatus& status = router_->wait_for_exit();
    // The signal may come before the program has begun to watch for it.
    EXPECT_TRUE(status.is_success() || status.signal == SIGTERM) << status.text();
}

TEST_F(DroverRouter, ends_at_stop) {
    begin_live();
    router_->say({{"do", "stop"}});
    EXPECT_TRUE(router_->wait_for_exit().is_success());
}

TEST_F(DroverRouter, gives_up_on_a_configuration_that_is_wrong) {
    router_->say({{"do", "configure"}, {"epoch", 1}});
    EXPECT_EQ(router_->wait_for_exit().code, 1);
}

TEST_F(DroverRouter, leaves_no_socket_of_an_earlier_life_behind) {
    begin_live();
    const std::filesystem::path former = directory_ / "taker.1";
    ASSERT_TRUE(std::filesystem::exists(former));
    router_->say({{"do", "link"},
                  {"agent", "taker"},
                  {"incarnation", 2},
                  {"endpoint", "ipc://" + (directory_ / "taker.2").string()},
                  {"token", "secret"}});
    const Monotonic deadline = monotonic_now() + longest_wait;
    while (std::filesystem::exists(former) && monotonic_now() < deadline) {
        std::this_thread::sleep_for(5ms);
    }
    EXPECT_FALSE(std::filesystem::exists(former));
    EXPECT_TRUE(std::filesystem::exists(directory_ / "taker.2"));
}

TEST_F(DroverRouter, tells_when_a_link_cannot_be_made) {
    begin_live();
    router_->say({{"do", "link"},
                  {"agent", "taker"},
                  {"incarnation", 2},
                  {"endpoint", "ipc:///nowhere/at/all"},
                  {"token", "secret"}});
    const Json event = router_->next_event();
    EXPECT_EQ(event["event"], "health");
    EXPECT_NE(event["message"].get<std::string>().find("/nowhere/at/all"), std::string::npos);
}

}  // namespace
}  // namespace drover
