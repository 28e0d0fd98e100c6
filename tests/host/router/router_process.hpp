/// The real drover-router, driven over its control channel and real links by agents that the test
/// plays.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "base/line_channel.hpp"
#include "link/agent_link.hpp"
#include "link/link_context.hpp"
#include "link/poller.hpp"
#include "process/kill_switch_page.hpp"
#include "process/launcher.hpp"
#include "process/status_page.hpp"
#include "wire/control_frame.hpp"
#include "wire/message_frame.hpp"

namespace drover {

inline constexpr auto longest_wait = std::chrono::seconds(20);

inline std::filesystem::path make_directory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "drover-XXXXXX").string();
    return ::mkdtemp(pattern.data());
}

inline std::string endpoint_in(const std::filesystem::path& directory, const std::string& name) {
    return "ipc://" + (directory / (name + ".1")).string();
}

/// The supervisor's side of one router's control channel, in a temporary directory.
class RouterControl {
public:
    RouterControl(std::filesystem::path directory, FileDescriptor socket)
        : directory_(std::move(directory)),
          control_(std::make_unique<LineChannel>(std::move(socket))) {}

    void say(const Json& order) { control_->write_line(to_line(order)); }
    void close_channel() { control_.reset(); }

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
            link(agent);
            say({{"do", "agent"}, {"name", agent}, {"state", "running"}});
        }
    }
    /// Takes another agent into the fleet, which has no rules from then on.
    void join(const std::string& agent, std::uint32_t handle) {
        const Json any = Json::array({">"});
        say({{"do", "change"},
             {"join",
              Json::array(
                  {{{"name", agent}, {"handle", handle}, {"consumes", any}, {"publishes", any}}})},
             {"leave", Json::array()},
             {"rules", Json::array()}});
        link(agent);
        say({{"do", "agent"}, {"name", agent}, {"state", "running"}});
    }
    void link(const std::string& agent) { link(agent, 1, endpoint(agent)); }
    void link(const std::string& agent, std::uint32_t incarnation, const std::string& where) {
        say({{"do", "link"},
             {"agent", agent},
             {"incarnation", incarnation},
             {"endpoint", where},
             {"token", "secret"}});
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

private:
    std::filesystem::path directory_;
    std::unique_ptr<LineChannel> control_;
    std::vector<Json> events_;
};

/// One drover-router. Ends the process.
class RouterProcess : public RouterControl {
public:
    explicit RouterProcess(const std::filesystem::path& directory, int errors = STDERR_FILENO)
        : RouterProcess(directory, errors, std::move(make_socket_pair().value())) {}
    ~RouterProcess() {
        if (!exit_) {
            send_signal(child_, SIGKILL);
            wait_for_exit();
        }
    }
    RouterProcess(const RouterProcess&) = delete;
    RouterProcess& operator=(const RouterProcess&) = delete;

    void send(int signal) { send_signal(child_, signal); }
    const ExitStatus& wait_for_exit() {
        pollfd item{child_.watch.number(), POLLIN, 0};
        while (!exit_ && ::poll(&item, 1, 20'000) > 0) {
            exit_ = reap(child_);
        }
        return *exit_;
    }
    [[nodiscard]] StatusPageLayout& page() const { return page_.layout(); }

private:
    RouterProcess(const std::filesystem::path& directory, int errors, SocketPair pair)
        : RouterControl(directory, std::move(pair.ours)) {
        LaunchRequest request;
        request.program = DROVER_ROUTER_PROGRAM;
        request.channel = pair.theirs.number();
        request.page = page_.descriptor();
        request.errors = errors;
        child_ = std::move(launch(request).value());
    }

    StatusPage page_ = std::move(StatusPage::create().value());
    Child child_;
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
        publish_record(topic, std::as_bytes(std::span(&value, 1)));
    }
    void publish_record(const std::string& topic, std::span<const std::byte> record) {
        MessageHeader header;
        header.encoding = static_cast<std::uint16_t>(Encoding::records);
        header.publisher = handle_;
        header.incarnation = 1;
        header.sequence = header.topic_sequence = ++sequence_;
        header.count = 1;
        header.record_size = static_cast<std::uint32_t>(record.size());
        std::vector<std::byte> frame(message_frame_size(topic.size(), record.size()));
        encode_message(frame, topic, header, record);
        send(frame);
    }
    /// The end of its context waits until all that it sent is on its way.
    void linger() { link_.linger(longest_wait); }
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

}  // namespace drover
