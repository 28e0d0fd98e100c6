// The state file of an agent.
#include "runner/state_store.hpp"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

namespace drover {
namespace {

struct StateStoreTest : testing::Test {
    StateStoreTest() {
        std::string name =
            (std::filesystem::temp_directory_path() / "drover-state-XXXXXX").string();
        folder = ::mkdtemp(name.data());
    }
    ~StateStoreTest() override { std::filesystem::remove_all(folder); }
    std::filesystem::path folder;
};

TEST_F(StateStoreTest, gives_back_what_was_saved_last) {
    {
        auto store = StateStore::open(folder / "broker.sqlite", "broker");
        ASSERT_TRUE(store) << store.error().message;
        ASSERT_TRUE(store.value().save(2, "one"));
        ASSERT_TRUE(store.value().save(3, std::string("t\0o", 3)));
    }
    auto store = StateStore::open(folder / "broker.sqlite", "broker");
    ASSERT_TRUE(store);
    const auto saved = store.value().load();
    ASSERT_TRUE(saved);
    ASSERT_TRUE(saved.value().has_value());
    EXPECT_EQ(saved.value()->version, 3U);
    EXPECT_EQ(saved.value()->bytes, std::string("t\0o", 3));
}

TEST_F(StateStoreTest, has_nothing_before_the_first_save) {
    auto store = StateStore::open(folder / "broker.sqlite", "broker");
    ASSERT_TRUE(store);
    EXPECT_FALSE(store.value().load().value().has_value());
}

TEST_F(StateStoreTest, refuses_the_file_of_another_agent) {
    ASSERT_TRUE(StateStore::open(folder / "broker.sqlite", "broker"));
    const auto other = StateStore::open(folder / "broker.sqlite", "risk");
    ASSERT_FALSE(other);
    EXPECT_NE(other.error().message.find("belongs to agent 'broker', not to 'risk'"),
              std::string::npos);
}

TEST_F(StateStoreTest, names_the_file_it_cannot_open) {
    const auto store = StateStore::open(folder / "none" / "x.sqlite", "x");
    ASSERT_FALSE(store);
    EXPECT_NE(store.error().message.find("none/x.sqlite"), std::string::npos);
}

}  // namespace
}  // namespace drover
