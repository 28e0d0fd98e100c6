/// A store without a file: what it held at first is given or learnt later, and changes hide it.
#include "runner/agent_store.hpp"

#include <gtest/gtest.h>

namespace drover {
namespace {

std::string value_of(const AgentStore& store, const char* key) {
    const auto value = store.get(key);
    EXPECT_TRUE(value);
    return value.value().value_or("nothing");
}

TEST(AgentStore, without_a_file_holds_what_it_was_given_at_first) {
    AgentStore store(nullptr, {{"a", "1"}, {"b", "2"}});
    EXPECT_EQ(value_of(store, "a"), "1");
    store.put("a", "3");
    store.erase("b");
    EXPECT_EQ(value_of(store, "a"), "3");
    EXPECT_EQ(value_of(store, "b"), "nothing");
    store.put("b", "4");
    EXPECT_EQ(value_of(store, "b"), "4");
    EXPECT_FALSE(store.has_changes()) << "there is no file that they must get into";
    EXPECT_FALSE(store.reads_file("a"));
}

TEST(AgentStore, learns_what_it_held_at_first_but_not_what_was_changed_since) {
    AgentStore store(nullptr);
    EXPECT_EQ(value_of(store, "a"), "nothing");
    store.learn("a", "1");
    EXPECT_EQ(value_of(store, "a"), "1");
    store.learn("a", "2");
    EXPECT_EQ(value_of(store, "a"), "1") << "the first value is the one at first";
    store.put("b", "3");
    store.learn("b", "4");
    EXPECT_EQ(value_of(store, "b"), "3");
    store.erase("b");
    EXPECT_EQ(value_of(store, "b"), "nothing") << "what was learnt does not come back";
}

}  // namespace
}  // namespace drover
