/// A router core with a durable log on a real disk, and agents that are played by the test.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/host/durable_log/log_folder.hpp"
#include "tests/host/router/fake_fleet.hpp"

namespace drover {

/// "d.>" is durable for those who have a port, "g.>" gated as well, all else a stream.
inline RouterConfig durable_fleet_of(std::size_t agents) {
    RouterConfig config = fleet_of(agents);
    for (const bool is_gated : {false, true}) {
        RouterRule& rule = config.rules.emplace_back();
        rule.pattern = is_gated ? "g.>" : "d.>";
        rule.gated = is_gated;
        rule.durable = true;
    }
    return config;
}

class DurableFleet {
public:
    explicit DurableFleet(RouterConfig config) : config_(std::move(config)) { restart(); }

    /// Another life of the router: the log is opened again.
    void restart() {
        fleet_.reset();
        fleet_ = std::make_unique<FakeFleet>(config_, folder.open());
    }
    /// As if the router was killed: what was not on disk is lost, and no last checkpoint written.
    void kill() {
        const auto copy = folder.options.folder.string() + ".copy";
        std::filesystem::remove_all(copy);
        std::filesystem::copy(folder.options.folder, copy);
        fleet_.reset();
        std::filesystem::remove_all(folder.options.folder);
        std::filesystem::rename(copy, folder.options.folder);
        fleet_ = std::make_unique<FakeFleet>(config_, folder.open());
    }
    /// What the next life of the router is configured with.
    void reconfigure(RouterConfig config) { config_ = std::move(config); }
    FakeFleet* operator->() { return fleet_.get(); }

    /// Opens a link and says HELLO as an agent whose file belongs to the log. Returns READY.
    ReadyBody join(std::uint16_t agent,
                   std::uint64_t cursor = 0,
                   std::uint64_t sequence = 0,
                   std::uint32_t incarnation = 1) {
        HelloBody hello = hello_of(agent, incarnation);
        hello.log = fleet_->core.durable()->log().id();
        hello.cursor = cursor;
        hello.durable_sequence = sequence;
        return say_hello(agent, hello);
    }
    [[nodiscard]] HelloBody hello_of(std::uint16_t agent, std::uint32_t incarnation = 1) {
        HelloBody hello;
        hello.agent = fleet_->core.config().agents[agent].name;
        hello.incarnation = incarnation;
        hello.token = "token";
        hello.epoch = test_epoch;
        hello.subscriptions = {">"};
        return hello;
    }
    /// READY with log zero when it was not admitted; `declined` says why.
    ReadyBody say_hello(std::uint16_t agent, const HelloBody& hello) {
        fleet_->set_incarnation(agent, hello.incarnation);
        fleet_->core.open_link(agent, hello.incarnation, "token");
        fleet_->output.sent[agent].clear();
        fleet_->give(agent, encode_hello(hello));
        std::vector<Frame>& sent = fleet_->output.sent[agent];
        declined.clear();
        if (sent.empty()) {
            return {};
        }
        const auto control = ControlFrame::decode(sent.front().bytes());
        const auto ready = control ? decode_control<ReadyBody>(*control) : std::nullopt;
        if (!ready) {
            declined = in_words(sent.front());
        }
        sent.erase(sent.begin());
        return ready.value_or(ReadyBody{});
    }

    /// Publishes one record with a durable sequence, as the life `incarnation` of the agent.
    void publish(std::uint16_t agent,
                 std::string_view topic,
                 std::uint64_t sequence,
                 std::uint32_t incarnation = 1,
                 std::size_t size = 8) {
        MessageHeader header;
        header.encoding = static_cast<std::uint16_t>(Encoding::records);
        header.publisher = fleet_->handle_of(agent);
        header.incarnation = incarnation;
        header.sequence = header.topic_sequence = sequence;
        header.delivery = sequence;
        header.count = 1;
        header.record_size = static_cast<std::uint32_t>(size);
        fleet_->give_message(agent, topic, header, size);
    }
    /// The first agent publishes its records up to `last`; returns when they are on disk.
    void publish_up_to(std::uint64_t last) {
        for (std::uint64_t sequence = 1; sequence <= last; ++sequence) {
            publish(0, "d.x", sequence);
        }
        settle();
    }
    void handled(std::uint16_t agent, std::uint64_t position) {
        fleet_->give(agent, encode_control(HandledBody{position}));
    }
    /// Waits until all that was appended is on disk, and lets the router go on.
    void settle() {
        fleet_->core.tick(now);
        auto& desk = *fleet_->core.durable();
        const Monotonic deadline = monotonic_now() + std::chrono::seconds(30);
        while (monotonic_now() < deadline) {
            const bool was_quiet = desk.log().is_quiet();
            fleet_->core.take_log_news();
            if (was_quiet && desk.log().is_quiet() && desk.told() == desk.log().head()) {
                return;
            }
            pollfd item{desk.descriptor(), POLLIN, 0};
            ::poll(&item, 1, 50);
        }
        ADD_FAILURE() << "the log did not come to rest";
    }
    /// Lets two seconds pass, so that cursors are stored.
    void pass_time() {
        for (int step = 0; step < 3; ++step) {
            now += std::chrono::seconds(1);
            fleet_->core.tick(now);
        }
        settle();
    }
    /// What was sent to the agent, each message with its delivery: "d.x@3".
    Words take(std::uint16_t agent) {
        Words words;
        for (const Frame& frame : std::exchange(fleet_->output.sent[agent], {})) {
            const auto control = ControlFrame::decode(frame.bytes());
            if (!control || control->kind != ControlKind::bundle) {
                words.push_back(with_delivery(frame));
                continue;
            }
            for (BundleReader reader(control->body); !reader.is_at_end();) {
                words.push_back(with_delivery(Frame(reader.next().value())));
            }
        }
        return words;
    }
    [[nodiscard]] Json status() {
        return fleet_->core.durable()->status(fleet_->core.config().agents);
    }

    LogFolder folder;
    std::string declined;
    Monotonic now{std::chrono::seconds(1)};

private:
    static std::string with_delivery(const Frame& frame) {
        const auto message = MessageFrame::decode(frame.bytes());
        return message
                   ? std::string(message->topic) + "@" + std::to_string(message->header.delivery)
                   : in_words(frame);
    }

    RouterConfig config_;
    std::unique_ptr<FakeFleet> fleet_;
};

/// Agents that have all joined; two, unless it is said otherwise.
class JoinedFleet : public DurableFleet {
public:
    explicit JoinedFleet(const RouterConfig& config = durable_fleet_of(2)) : DurableFleet(config) {
        for (std::size_t agent = 0; agent < config.agents.size(); ++agent) {
            join(static_cast<std::uint16_t>(agent));
        }
    }
};

}  // namespace drover
