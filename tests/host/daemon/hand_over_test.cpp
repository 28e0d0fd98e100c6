// A process, how it ended and a whole fleet are the same for the supervisor that goes on.
#include "daemon/hand_over.hpp"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/json_value.hpp"
#include "process/process_tree.hpp"
#include "tests/host/daemon/life_of_risk.hpp"
#include "tests/host/daemon/packet_ends.hpp"

namespace drover {
namespace {

using test::LifeOfRisk;
using test::PacketEnds;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint64_t next_run = 8;

/// A life whose process is played by the test: it holds the ends of one.
class LifeHandedOver : public ::testing::Test {
protected:
    LifeHandedOver() {
        UnbornLife unborn = std::move(prepare_life(LifeOfRisk::request("")).value());
        for (FileDescriptor* const end : {&unborn.their_channel, &unborn.output.writing}) {
            theirs_.emplace_back(::dup(end->number()));
        }
        theirs_.emplace_back(::dup(unborn.errors.writing.number()));
        life_ = bear_life(
            std::move(unborn), Child{4711, FileDescriptor(::dup(STDERR_FILENO))}, risk_.log());
    }
    void write(std::size_t end, const std::string& text) const {
        ASSERT_EQ(::write(theirs_[end].number(), text.data(), text.size()),
                  static_cast<ssize_t>(text.size()));
    }
    /// The life for the supervisor that goes on, with copies of the descriptors.
    std::unique_ptr<ProcessLife> taken_over() {
        std::vector<FileDescriptor> copies;
        for (const int number : descriptors_of(*life_)) {
            copies.emplace_back(::dup(number));
        }
        auto life =
            life_from_json("risk", to_json(*life_), std::move(copies), next_run, risk_.log());
        EXPECT_TRUE(life) << life.error().message;
        return life ? std::move(life.value()) : nullptr;
    }

    LifeOfRisk risk_;
    std::vector<FileDescriptor> theirs_;  ///< Channel, output, errors.
    std::unique_ptr<ProcessLife> life_;
};

TEST_F(LifeHandedOver, is_the_same_in_all_that_is_known_of_it) {
    for (bool ProcessLife::*const fact : {&ProcessLife::was_asked_to_stop,
                                          &ProcessLife::has_completed,
                                          &ProcessLife::is_ready,
                                          &ProcessLife::has_ended,
                                          &ProcessLife::is_condemned,
                                          &ProcessLife::was_hung,
                                          &ProcessLife::is_overdue,
                                          &ProcessLife::is_child_of_guard}) {
        (*life_).*fact = true;
        const auto other = taken_over();
        ASSERT_TRUE(other);
        EXPECT_TRUE((*other).*fact);
        EXPECT_EQ(to_json(*other), to_json(*life_)) << "nothing else is another";
        (*life_).*fact = false;
    }
    life_->link = {5, "ipc://risk.5", "token", 1001};
    life_->ended = life_->started + std::chrono::seconds(1);
    life_->memory_kills_before = 3;
    life_->origin = Origin::zygote;
    life_->why_by_exec = "its zygote has ended";
    const auto other = taken_over();
    ASSERT_TRUE(other);
    EXPECT_EQ(other->child.pid, 4711);
    EXPECT_EQ(other->mark, "DROVER_LIFE=run/risk.3");
    EXPECT_EQ(other->source.life, 3U);
    EXPECT_EQ(other->started, life_->started);
    EXPECT_EQ(other->ended, life_->ended);
    EXPECT_EQ(other->watch.timeout(), life_->watch.timeout());
    EXPECT_EQ(other->link.incarnation, 5U);
    EXPECT_EQ(other->link.endpoint, "ipc://risk.5");
    EXPECT_EQ(other->link.token, "token");
    EXPECT_EQ(other->link.user, 1001U);
    EXPECT_EQ(other->memory_kills_before, 3U);
    EXPECT_EQ(other->origin, Origin::zygote);
    EXPECT_EQ(other->why_by_exec, "its zygote has ended");
}

TEST_F(LifeHandedOver, knows_what_is_not_known) {
    life_->memory_kills_before.reset();
    const auto other = taken_over();
    ASSERT_TRUE(other);
    EXPECT_EQ(other->link.user, std::nullopt);
    EXPECT_EQ(other->memory_kills_before, std::nullopt);
}

TEST_F(LifeHandedOver, goes_on_with_channel_page_and_pidfd) {
    const auto other = taken_over();
    ASSERT_TRUE(other);
    write(0, "ready\n");
    EXPECT_THAT(other->channel.read_lines(), ElementsAre("ready"));
    life_->page.layout().progress = 17;
    EXPECT_EQ(other->page.layout().progress, 17U);
    EXPECT_EQ(open_file(other->child.watch.number()), open_file(STDERR_FILENO));
}

TEST_F(LifeHandedOver, has_what_its_process_writes_logged_under_the_next_run_of_droverd) {
    const auto other = taken_over();
    ASSERT_TRUE(other);
    EXPECT_EQ(other->source.run, next_run);
    write(1, "spoken\n");
    write(2, "warned\n");
    for (const auto& output : other->outputs) {
        EXPECT_TRUE(output->read_some());
    }
    const std::vector<Json> logged = risk_.logged();
    ASSERT_EQ(logged.size(), 3U) << "the life before it began with a word";
    EXPECT_EQ(logged[1].at("stream"), "stdout");
    EXPECT_EQ(logged[1].at("message"), "spoken");
    EXPECT_EQ(logged[2].at("stream"), "stderr");
    EXPECT_EQ(logged[2].at("message"), "warned");
    for (const Json& record : {logged[1], logged[2]}) {
        EXPECT_EQ(record.at("pid"), 4711);
        EXPECT_EQ(record.at("life"), 3);
        EXPECT_EQ(value_or(record, "run", 0), 8);
    }
}

TEST_F(LifeHandedOver, is_refused_without_all_of_its_descriptors) {
    std::vector<FileDescriptor> two;
    two.emplace_back(::dup(life_->channel.descriptor()));
    two.emplace_back(::dup(life_->page.descriptor()));
    const auto life =
        life_from_json("risk", to_json(*life_), std::move(two), next_run, risk_.log());
    ASSERT_FALSE(life);
    EXPECT_EQ(life.error().message,
              "The process of risk was handed over with 2 descriptors in the place of 5.");
}

TEST(EndHandedOver, tells_exit_code_signal_and_neither_apart) {
    for (const ExitStatus& status : {ExitStatus{0, std::nullopt},
                                     ExitStatus{std::nullopt, SIGKILL},
                                     ExitStatus{std::nullopt, std::nullopt}}) {
        const ProcessEnd end =
            process_end_from_json(to_json(ProcessEnd{status, Monotonic(Nanoseconds(5))}));
        EXPECT_EQ(end.status.code, status.code);
        EXPECT_EQ(end.status.signal, status.signal);
        EXPECT_EQ(end.time, Monotonic(Nanoseconds(5)));
    }
}

TEST(Inheritance, of_another_format_is_refused_in_a_sentence) {
    PacketEnds ends;
    ASSERT_EQ(ends.guard.send(R"({"hand_over":999,"why":"","from":1})", {}),
              PacketChannel::Sending::done);
    const auto inheritance = receive_inheritance(ends.supervisor);
    ASSERT_FALSE(inheritance);
    EXPECT_NE(inheritance.error().message.find("format 999"), std::string::npos);
}

TEST(Inheritance, is_not_awaited_from_a_guard_that_is_gone) {
    PacketEnds ends;
    ends.guard = PacketChannel(FileDescriptor());
    EXPECT_FALSE(receive_inheritance(ends.supervisor));
}

TEST(Inheritance, that_makes_no_sense_is_refused_in_a_sentence) {
    for (const char* nonsense : {"no JSON", R"({"unit":"risk"})", R"({"unit":5,"end":{}})"}) {
        PacketEnds ends;
        ASSERT_EQ(ends.guard.send(nonsense, {}), PacketChannel::Sending::done);
        const auto inheritance = receive_inheritance(ends.supervisor);
        ASSERT_FALSE(inheritance) << nonsense;
        EXPECT_EQ(inheritance.error().kind, ErrorKind::invalid);
        EXPECT_THAT(inheritance.error().message,
                    HasSubstr("What the guard hands over cannot be understood: "));
    }
}

TEST(Inheritance, passes_over_packets_of_a_kind_that_is_not_known) {
    PacketEnds ends;
    for (const char* packet : {R"({"weather":"fine"})", R"({"complete":true})"}) {
        ASSERT_EQ(ends.guard.send(packet, {}), PacketChannel::Sending::done);
    }
    const auto inheritance = receive_inheritance(ends.supervisor);
    ASSERT_TRUE(inheritance);
    EXPECT_TRUE(inheritance.value().units.empty());
}

}  // namespace
}  // namespace drover
