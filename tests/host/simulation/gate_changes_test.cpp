/// A recorded kill switch is moved in a simulation where the callbacks that saw it say.
#include "simulation/gate_changes.hpp"

#include <gtest/gtest.h>

namespace drover {
namespace {

using Moves = std::vector<std::pair<std::int64_t, bool>>;

TEST(GateChanges, come_before_the_instant_that_saw_them_first) {
    GateChanges changes;
    changes.seen(EntryKind::message, 50, true);
    changes.seen(EntryKind::advanced, 90, false);
    EXPECT_EQ(changes.moves(), (Moves{{49, true}, {89, false}}));
}

TEST(GateChanges, are_made_once_however_many_agents_saw_them_and_in_whatever_order) {
    GateChanges changes;
    changes.seen(EntryKind::message, 60, true);
    changes.seen(EntryKind::message, 90, false);
    changes.seen(EntryKind::timer, 50, true);
    changes.seen(EntryKind::message, 95, false);
    EXPECT_EQ(changes.moves(), (Moves{{49, true}, {89, false}}));
}

TEST(GateChanges, come_behind_an_instant_in_which_something_gated_was_let_through) {
    GateChanges changes;
    changes.let_through(50);
    changes.let_through(90);
    changes.seen(EntryKind::message, 50, true);
    changes.seen(EntryKind::message, 90, false);
    EXPECT_EQ(changes.moves(), (Moves{{50, true}, {89, false}}))
        << "what a released switch lets through comes after its release";
}

TEST(GateChanges, that_a_life_saw_when_it_began_leave_the_instant_as_it_was) {
    GateChanges changes;
    changes.seen(EntryKind::start, 70, true);
    changes.seen(EntryKind::message, 80, true);
    EXPECT_EQ(changes.moves(), (Moves{{70, true}}));
}

}  // namespace
}  // namespace drover
