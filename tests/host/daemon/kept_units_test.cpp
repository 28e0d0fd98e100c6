// What the guard keeps reaches the next supervisor as the last one gave it.
#include "daemon/kept_units.hpp"

#include <csignal>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/json_value.hpp"
#include "process/process_tree.hpp"
#include "tests/host/daemon/packet_ends.hpp"

namespace drover {
namespace {

using test::PacketEnds;

Packet packet_of(const Json& json, std::vector<FileDescriptor> descriptors = {}) {
    return {to_line(json), std::move(descriptors)};
}

Json unit_packet(const std::string& name, pid_t pid, int state = 0) {
    return {{"unit", name},
            {"memory", {{"state", state}}},
            {"process", pid > 0 ? Json{{"pid", pid}} : Json()},
            {"last_end", Json()}};
}

std::vector<FileDescriptor> one_descriptor() {
    std::vector<FileDescriptor> descriptors;
    descriptors.emplace_back(::dup(STDOUT_FILENO));
    return descriptors;
}

Inheritance handed_over(const KeptUnits& kept) {
    PacketEnds ends;
    EXPECT_TRUE(kept.hand_over(ends.guard, "killed by SIGKILL", 77));
    auto inheritance = receive_inheritance(ends.supervisor);
    EXPECT_TRUE(inheritance.has_value());
    return inheritance ? std::move(inheritance.value()) : Inheritance{};
}

TEST(KeptUnits, adopt_once_they_are_told_to_and_until_the_fleet_ends) {
    KeptUnits kept;
    EXPECT_FALSE(kept.is_adopting());
    kept.take(packet_of({{"adopt", true}}));
    EXPECT_TRUE(kept.is_adopting());
    kept.take(packet_of({{"over", true}}));
    EXPECT_FALSE(kept.is_adopting());
}

TEST(KeptUnits, hand_over_the_newest_memory_with_the_descriptors_of_the_process) {
    KeptUnits kept;
    kept.take(packet_of(unit_packet("risk", 12, 1), one_descriptor()));
    kept.take(packet_of(unit_packet("risk", 12, 2)));
    kept.take(packet_of(unit_packet("idle", -1)));
    const Inheritance inheritance = handed_over(kept);
    EXPECT_EQ(inheritance.why, "killed by SIGKILL");
    EXPECT_EQ(inheritance.from, 77);
    ASSERT_EQ(inheritance.units.size(), 2U);
    const InheritedUnit& risk = inheritance.units.at("risk");
    EXPECT_EQ(risk.memory.at("state"), 2);
    EXPECT_EQ(risk.process.at("pid"), 12);
    ASSERT_EQ(risk.descriptors.size(), 1U);
    EXPECT_EQ(open_file(risk.descriptors[0].number()), open_file(STDOUT_FILENO));
    EXPECT_FALSE(risk.end);
    EXPECT_TRUE(inheritance.units.at("idle").process.is_null());
}

TEST(KeptUnits, hand_over_how_a_process_ended_that_nobody_watched) {
    KeptUnits kept;
    kept.take(packet_of(unit_packet("risk", 12), one_descriptor()));
    EXPECT_EQ(kept.ended(13, {}), std::nullopt);
    EXPECT_EQ(kept.ended(12, {ExitStatus{std::nullopt, SIGSEGV}, Monotonic(Nanoseconds(5))}),
              "risk");
    const auto end = handed_over(kept).units.at("risk").end;
    ASSERT_TRUE(end);
    EXPECT_EQ(end->status.signal, SIGSEGV);
    EXPECT_EQ(end->time, Monotonic(Nanoseconds(5)));
}

TEST(KeptUnits, forget_the_end_and_the_descriptors_of_a_process_that_has_a_successor) {
    KeptUnits kept;
    kept.take(packet_of(unit_packet("risk", 12), one_descriptor()));
    (void)kept.ended(12, {ExitStatus{1, std::nullopt}, {}});
    kept.take(packet_of(unit_packet("risk", -1)));
    EXPECT_TRUE(handed_over(kept).units.at("risk").descriptors.empty());
    kept.take(packet_of(unit_packet("risk", 14), one_descriptor()));
    const Inheritance inheritance = handed_over(kept);
    EXPECT_EQ(inheritance.units.at("risk").descriptors.size(), 1U);
    EXPECT_FALSE(inheritance.units.at("risk").end);
}

TEST(KeptUnits, forget_a_unit_that_is_gone_and_pass_over_what_makes_no_sense) {
    KeptUnits kept;
    kept.take(packet_of(unit_packet("risk", 12), one_descriptor()));
    kept.take({"no JSON", {}});
    kept.take(packet_of(Json::array()));
    kept.take(packet_of({{"unit", "risk"}, {"gone", true}}));
    EXPECT_TRUE(handed_over(kept).units.empty());
}

}  // namespace
}  // namespace drover
