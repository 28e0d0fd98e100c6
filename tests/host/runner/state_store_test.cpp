// The state file of an agent.
#include "runner/state_store.hpp"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "runner/state_order.hpp"

namespace drover {
namespace {

struct StateStoreTest : ::testing::Test {
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
    const auto& saved = store.value().last();
    ASSERT_TRUE(saved.has_value());
    EXPECT_EQ(saved->version, 3U);
    EXPECT_EQ(saved->bytes, std::string("t\0o", 3));
}

TEST_F(StateStoreTest, has_nothing_before_the_first_save) {
    auto store = StateStore::open(folder / "broker.sqlite", "broker");
    ASSERT_TRUE(store);
    EXPECT_FALSE(store.value().last().has_value());
}

TEST_F(StateStoreTest, writes_only_what_has_changed) {
    auto opened = StateStore::open(folder / "broker.sqlite", "broker");
    ASSERT_TRUE(opened);
    StateStore& store = opened.value();
    std::string state(100'000, 'x');
    ASSERT_TRUE(store.save(1, state));
    const auto log_size = [&] { return std::filesystem::file_size(folder / "broker.sqlite-wal"); };
    const auto whole = log_size();
    EXPECT_GT(whole, state.size());
    ASSERT_TRUE(store.save(1, state));
    EXPECT_EQ(log_size(), whole) << "the same state was written again";
    state[70'000] = 'y';
    ASSERT_TRUE(store.save(1, state));
    EXPECT_GT(log_size(), whole);
    EXPECT_LT(log_size(), whole + 20'000) << "more than a few pages were written for one byte";
}

TEST_F(StateStoreTest, gives_back_states_that_grow_and_shrink_by_any_size) {
    const auto file = folder / "broker.sqlite";
    std::string state;
    for (const std::size_t size : {0U, 1U, 999U, 1000U, 1001U, 5000U, 2000U, 2500U, 1000U, 0U}) {
        state.assign(size, static_cast<char>('a' + size % 26));
        ASSERT_TRUE(StateStore::open(file, "broker").value().save(1, state));
        const auto again = StateStore::open(file, "broker");
        ASSERT_TRUE(again.value().last().has_value());
        EXPECT_EQ(again.value().last()->bytes, state) << size;
    }
}

TEST_F(StateStoreTest, takes_over_a_file_of_the_first_schema) {
    const auto file = folder / "broker.sqlite";
    std::string state;
    for (int line = 0; line < 500; ++line) {
        state += "line " + std::to_string(line) + ";";
    }
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &raw), SQLITE_OK);
    const std::string sql =
        "PRAGMA journal_mode=WAL;"
        "CREATE TABLE about(key TEXT PRIMARY KEY, value TEXT NOT NULL);"
        "INSERT INTO about VALUES ('schema', '1'), ('agent', 'broker');"
        "CREATE TABLE state(id INTEGER PRIMARY KEY CHECK(id = 1), version INTEGER NOT NULL, "
        "bytes BLOB NOT NULL);"
        "INSERT INTO state VALUES (1, 7, CAST('" +
        state + "' AS BLOB))";
    ASSERT_EQ(sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(raw);
    for (const char* words : {"migrated", "opened again"}) {
        const auto store = StateStore::open(file, "broker");
        ASSERT_TRUE(store) << store.error().message;
        ASSERT_TRUE(store.value().last().has_value()) << words;
        EXPECT_EQ(store.value().last()->version, 7U) << words;
        EXPECT_EQ(store.value().last()->bytes, state) << words;
    }
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

TEST_F(StateStoreTest, returns_to_what_an_upgrade_has_kept_once) {
    const auto file = folder / "broker.sqlite";
    {
        auto store = open_state(file, "broker", {});
        ASSERT_TRUE(store);
        ASSERT_TRUE(store.value().save(1, std::string(2500, 'a')));
    }
    {
        auto store = open_state(file, "broker", {StateOrder::Kind::keep, "first"});
        ASSERT_TRUE(store) << store.error().message;
        EXPECT_EQ(store.value().last()->bytes, std::string(2500, 'a'));
        ASSERT_TRUE(store.value().save(2, "of the new one"));
    }
    {
        // A restart within the trial keeps what was kept.
        auto store = open_state(file, "broker", {StateOrder::Kind::keep, "first"});
        ASSERT_TRUE(store);
        EXPECT_EQ(store.value().last()->bytes, "of the new one");
        ASSERT_TRUE(store.value().save(2, "of the new one again"));
    }
    {
        auto store = open_state(file, "broker", {StateOrder::Kind::restore, "first"});
        ASSERT_TRUE(store) << store.error().message;
        ASSERT_TRUE(store.value().last());
        EXPECT_EQ(store.value().last()->version, 1U);
        EXPECT_EQ(store.value().last()->bytes, std::string(2500, 'a'));
        ASSERT_TRUE(store.value().save(1, "later"));
    }
    auto store = open_state(file, "broker", {StateOrder::Kind::restore, "first"});
    ASSERT_TRUE(store);
    EXPECT_EQ(store.value().last()->bytes, "later") << "it is returned to once";
}

TEST_F(StateStoreTest, returns_to_nothing_where_nothing_was_kept) {
    const auto file = folder / "broker.sqlite";
    {
        auto store = open_state(file, "broker", {StateOrder::Kind::keep, "first"});
        ASSERT_TRUE(store) << store.error().message;
        ASSERT_TRUE(store.value().save(1, "x"));
    }
    {
        auto store = open_state(file, "broker", {StateOrder::Kind::restore, "first"});
        ASSERT_TRUE(store);
        EXPECT_FALSE(store.value().last()) << "there was no state at the switch";
        ASSERT_TRUE(store.value().save(1, "y"));
    }
    auto store = open_state(file, "broker", {StateOrder::Kind::restore, "second"});
    ASSERT_TRUE(store);
    EXPECT_EQ(store.value().last()->bytes, "y") << "nothing was kept under that mark";
}

TEST_F(StateStoreTest, drops_what_was_kept_when_the_trial_is_over) {
    const auto file = folder / "broker.sqlite";
    {
        auto store = open_state(file, "broker", {StateOrder::Kind::keep, "first"});
        ASSERT_TRUE(store);
        ASSERT_TRUE(store.value().save(1, "x"));
    }
    ASSERT_TRUE(open_state(file, "broker", {}));
    auto store = open_state(file, "broker", {StateOrder::Kind::restore, "first"});
    ASSERT_TRUE(store);
    EXPECT_EQ(store.value().last()->bytes, "x");
}

}  // namespace
}  // namespace drover
