// The state file of an agent.
#include "runner/agent_file.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include <gtest/gtest.h>
#include <sched.h>
#include <sqlite3.h>
#include <sys/mount.h>

#include "runner/state_copy.hpp"
#include "runner/state_order.hpp"

namespace drover {
namespace {

struct AgentFileTest : ::testing::Test {
    AgentFileTest() {
        std::string name =
            (std::filesystem::temp_directory_path() / "drover-state-XXXXXX").string();
        folder = ::mkdtemp(name.data());
    }
    ~AgentFileTest() override { std::filesystem::remove_all(folder); }
    static Result<void> save(AgentFile& file, std::uint32_t version, std::string_view bytes) {
        FileChanges changes;
        changes.state = FileChanges::State{version, bytes};
        changes.place = file.place();
        return file.commit(changes);
    }
    /// Mounts a disk of 12 MiB at `folder`, seen by this process alone, where the system allows it.
    [[nodiscard]] bool has_small_disk() const {
        return ::unshare(CLONE_NEWNS) == 0 &&
               ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
               ::mount("drover-test", folder.c_str(), "tmpfs", 0, "size=12m,mode=0700") == 0;
    }
    static void look_when_due(AgentFile& file) {
        ASSERT_TRUE(file.room_due());
        file.look_for_room(*file.room_due());
    }
    std::filesystem::path folder;
};

TEST_F(AgentFileTest, gives_back_what_was_saved_last) {
    {
        auto store = AgentFile::open(folder / "broker.sqlite", "broker");
        ASSERT_TRUE(store) << store.error().message;
        ASSERT_TRUE(save(store.value(), 2, "one"));
        ASSERT_TRUE(save(store.value(), 3, std::string("t\0o", 3)));
    }
    auto store = AgentFile::open(folder / "broker.sqlite", "broker");
    ASSERT_TRUE(store);
    const auto& saved = store.value().state();
    ASSERT_TRUE(saved.has_value());
    EXPECT_EQ(saved->version, 3U);
    EXPECT_EQ(saved->bytes, std::string("t\0o", 3));
}

TEST_F(AgentFileTest, has_nothing_before_the_first_save) {
    auto store = AgentFile::open(folder / "broker.sqlite", "broker");
    ASSERT_TRUE(store);
    EXPECT_FALSE(store.value().state().has_value());
}

TEST_F(AgentFileTest, goes_on_where_the_files_of_several_agents_fill_the_disk) {
    constexpr int agents = 4;  // The WAL of each grows to 4 MiB otherwise, and stays so.
    if (!has_small_disk()) {
        GTEST_SKIP() << "This system lets the test have no small disk.";
    }
    std::vector<AgentFile> files;
    for (int agent = 0; agent < agents; ++agent) {
        const std::string name = "agent" + std::to_string(agent);
        auto opened = AgentFile::open(folder / (name + ".sqlite"), name);
        ASSERT_TRUE(opened) << opened.error().message;
        files.push_back(std::move(opened.value()));
    }
    for (std::size_t round = 0; round < 2000; ++round) {
        const std::string state(3000 + round * 37 % 9000, static_cast<char>('a' + round % 26));
        for (AgentFile& file : files) {
            const auto saved = save(file, 1, state);
            ASSERT_TRUE(saved) << "round " << round << ": " << saved.error().message;
        }
    }
    files.clear();
    EXPECT_EQ(::umount2(folder.c_str(), MNT_DETACH), 0);
}

TEST_F(AgentFileTest, gives_back_its_wal_on_a_short_disk_although_it_commits_nothing_more) {
    if (!has_small_disk()) {
        GTEST_SKIP() << "This system lets the test have no small disk.";
    }
    {
        auto opened = AgentFile::open(folder / "broker.sqlite", "broker");
        ASSERT_TRUE(opened) << opened.error().message;
        AgentFile& file = opened.value();
        ASSERT_TRUE(save(file, 1, std::string(1'000'000, 'x')));
        const auto wal = [&] { return std::filesystem::file_size(folder / "broker.sqlite-wal"); };
        ASSERT_GT(wal(), 1'000'000U);
        look_when_due(file);
        EXPECT_EQ(wal(), 0U);
        EXPECT_FALSE(file.room_due()) << "it looks on although it has nothing to give back";
        ASSERT_TRUE(save(file, 1, "y"));
        EXPECT_GT(wal(), 0U);
        look_when_due(file);
        EXPECT_EQ(wal(), 0U);
    }
    EXPECT_EQ(::umount2(folder.c_str(), MNT_DETACH), 0);
}

TEST_F(AgentFileTest, keeps_its_wal_where_there_is_room) {
    constexpr std::uintmax_t enough = std::uintmax_t{200} << 20U;
    if (std::filesystem::space(folder).available < enough) {
        GTEST_SKIP() << "The disk of the temporary folder is short.";
    }
    auto opened = AgentFile::open(folder / "broker.sqlite", "broker");
    ASSERT_TRUE(opened) << opened.error().message;
    ASSERT_TRUE(save(opened.value(), 1, std::string(1'000'000, 'x')));
    look_when_due(opened.value());
    EXPECT_GT(std::filesystem::file_size(folder / "broker.sqlite-wal"), 1'000'000U);
    EXPECT_TRUE(opened.value().room_due()) << "it looks again, because the disk may get short";
}

TEST_F(AgentFileTest, looks_for_no_room_while_it_has_nothing_to_give_back) {
    const auto path = folder / "broker.sqlite";
    {
        auto opened = AgentFile::open(path, "broker");
        ASSERT_TRUE(opened) << opened.error().message;
        EXPECT_TRUE(opened.value().room_due()) << "making it took a WAL";
        ASSERT_TRUE(save(opened.value(), 1, "x"));
    }
    auto opened = AgentFile::open(path, "broker");
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_FALSE(opened.value().room_due()) << "an idle agent is woken for nothing";
    ASSERT_TRUE(save(opened.value(), 1, "y"));
    EXPECT_TRUE(opened.value().room_due());
}

TEST_F(AgentFileTest, looks_for_room_after_an_upgrade_has_kept_its_state) {
    const auto path = folder / "broker.sqlite";
    {
        auto made = AgentFile::open(path, "broker");
        ASSERT_TRUE(save(made.value(), 1, "x"));
    }
    const auto opened = open_state(path, "broker", {StateOrder::Kind::keep, "first"});
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_TRUE(opened.value().room_due()) << "the copy lies in the WAL";
}

TEST_F(AgentFileTest, has_nothing_to_give_back_any_more_once_it_has_been_quiet) {
    constexpr int enough_looks = 20;
    auto opened = AgentFile::open(folder / "broker.sqlite", "broker");
    ASSERT_TRUE(opened) << opened.error().message;
    AgentFile& file = opened.value();
    const auto wal = [&] { return std::filesystem::file_size(folder / "broker.sqlite-wal"); };
    for (const char* const state : {"x", "y"}) {
        ASSERT_TRUE(save(file, 1, state));
        EXPECT_GT(wal(), 0U);
        for (int look = 0; look < enough_looks && file.room_due(); ++look) {
            look_when_due(file);
        }
        EXPECT_FALSE(file.room_due()) << "it wakes its agent for ever";
        EXPECT_EQ(wal(), 0U);
    }
}

TEST_F(AgentFileTest, is_held_by_one_alone) {
    const auto file = folder / "broker.sqlite";
    {
        const auto holder = AgentFile::open(file, "broker");
        ASSERT_TRUE(holder);
        EXPECT_FALSE(std::filesystem::exists(folder / "broker.sqlite-shm"))
            << "an index that others could share is kept";
        const auto second = AgentFile::open(file, "broker");
        ASSERT_FALSE(second) << "two agents could write one file";
        EXPECT_EQ(second.error().kind, ErrorKind::unavailable);
        EXPECT_NE(second.error().message.find("database is locked"), std::string::npos)
            << second.error().message;
    }
    EXPECT_TRUE(AgentFile::open(file, "broker")) << "the holder has gone";
}

TEST_F(AgentFileTest, writes_only_what_has_changed) {
    auto opened = AgentFile::open(folder / "broker.sqlite", "broker");
    ASSERT_TRUE(opened);
    AgentFile& store = opened.value();
    std::string state(100'000, 'x');
    ASSERT_TRUE(save(store, 1, state));
    const auto log_size = [&] { return std::filesystem::file_size(folder / "broker.sqlite-wal"); };
    const auto whole = log_size();
    EXPECT_GT(whole, state.size());
    ASSERT_TRUE(save(store, 1, state));
    EXPECT_EQ(log_size(), whole) << "the same state was written again";
    state[70'000] = 'y';
    ASSERT_TRUE(save(store, 1, state));
    EXPECT_GT(log_size(), whole);
    EXPECT_LT(log_size(), whole + 20'000) << "more than a few pages were written for one byte";
}

TEST_F(AgentFileTest, gives_back_states_that_grow_and_shrink_by_any_size) {
    const auto file = folder / "broker.sqlite";
    std::string state;
    for (const std::size_t size : {0U, 1U, 999U, 1000U, 1001U, 5000U, 2000U, 2500U, 1000U, 0U}) {
        state.assign(size, static_cast<char>('a' + size % 26));
        {
            auto opened = AgentFile::open(file, "broker");
            ASSERT_TRUE(save(opened.value(), 1, state));
        }
        const auto again = AgentFile::open(file, "broker");
        ASSERT_TRUE(again.value().state().has_value());
        EXPECT_EQ(again.value().state()->bytes, state) << size;
    }
}

TEST_F(AgentFileTest, takes_over_a_file_of_the_first_schema) {
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
        const auto store = AgentFile::open(file, "broker");
        ASSERT_TRUE(store) << store.error().message;
        ASSERT_TRUE(store.value().state().has_value()) << words;
        EXPECT_EQ(store.value().state()->version, 7U) << words;
        EXPECT_EQ(store.value().state()->bytes, state) << words;
    }
}

TEST_F(AgentFileTest, takes_over_a_file_of_the_second_schema) {
    const auto file = folder / "broker.sqlite";
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &raw), SQLITE_OK);
    const char* const sql =
        "PRAGMA journal_mode=WAL;"
        "CREATE TABLE about(key TEXT PRIMARY KEY, value TEXT NOT NULL);"
        "INSERT INTO about VALUES ('schema', '2'), ('agent', 'broker');"
        "CREATE TABLE state_version(id INTEGER PRIMARY KEY CHECK(id = 1), version INTEGER NOT "
        "NULL);"
        "CREATE TABLE state_piece(number INTEGER PRIMARY KEY, bytes BLOB NOT NULL);"
        "INSERT INTO state_version VALUES (1, 7);"
        "INSERT INTO state_piece VALUES (0, CAST('all of it' AS BLOB))";
    ASSERT_EQ(sqlite3_exec(raw, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(raw);
    for (const char* words : {"migrated", "opened again"}) {
        const auto opened = AgentFile::open(file, "broker");
        ASSERT_TRUE(opened) << opened.error().message;
        EXPECT_EQ(opened.value().state()->bytes, "all of it") << words;
        EXPECT_EQ(opened.value().place(), DurablePlace{}) << words;
    }
}

TEST_F(AgentFileTest, gives_back_place_outbox_and_store_of_one_commit) {
    const auto path = folder / "broker.sqlite";
    DurablePlace place;
    place.log = {1, 2, 3};
    place.cursor = 17;
    place.sequence = 4;
    place.random = {1, 2, 3, 4};
    place.time = 99;
    place.settled = 98;
    const std::vector<std::byte> frames(24, std::byte{7});
    const StoreChanges stored{{"a", "1"}, {"b", std::string("x\0y", 3)}, {"c", ""}};
    {
        auto file = AgentFile::open(path, "broker");
        FileChanges changes;
        changes.place = place;
        changes.outbox = OutboxRow{3, 4, frames};
        changes.store = &stored;
        ASSERT_TRUE(file.value().commit(changes));
        const StoreChanges erased{{"a", std::nullopt}};
        changes.outbox.reset();
        changes.store = &erased;
        ASSERT_TRUE(file.value().commit(changes));
    }
    const auto file = AgentFile::open(path, "broker");
    EXPECT_EQ(file.value().place(), place);
    std::size_t rows = 0;
    ASSERT_TRUE(file.value().outbox().for_each([&](const OutboxRow& row) {
        ++rows;
        EXPECT_EQ(row.first, 3U);
        EXPECT_EQ(row.last, 4U);
        EXPECT_TRUE(std::ranges::equal(row.frames, frames));
    }));
    EXPECT_EQ(rows, 1U);
    EXPECT_EQ(file.value().store().get("a").value(), std::nullopt);
    EXPECT_EQ(file.value().store().get("b").value(), std::string("x\0y", 3));
    EXPECT_EQ(file.value().store().get("c").value(), "");
}

TEST_F(AgentFileTest, deletes_what_is_logged_with_the_next_commit) {
    auto file = AgentFile::open(folder / "broker.sqlite", "broker");
    const std::vector<std::byte> frames(8, std::byte{1});
    FileChanges changes;
    for (const std::uint64_t first : {1U, 3U, 5U}) {
        changes.outbox = OutboxRow{first, first + 1, frames};
        ASSERT_TRUE(file.value().commit(changes));
    }
    changes.outbox.reset();
    changes.logged = 3;
    ASSERT_TRUE(file.value().commit(changes));
    std::vector<std::uint64_t> left;
    ASSERT_TRUE(
        file.value().outbox().for_each([&](const OutboxRow& row) { left.push_back(row.first); }));
    EXPECT_EQ(left, (std::vector<std::uint64_t>{3, 5})) << "a row goes when all of it is logged";
}

TEST_F(AgentFileTest, refuses_the_file_of_another_agent) {
    ASSERT_TRUE(AgentFile::open(folder / "broker.sqlite", "broker"));
    const auto other = AgentFile::open(folder / "broker.sqlite", "risk");
    ASSERT_FALSE(other);
    EXPECT_NE(other.error().message.find("belongs to agent 'broker', not to 'risk'"),
              std::string::npos);
}

TEST_F(AgentFileTest, names_the_file_it_cannot_open) {
    const auto store = AgentFile::open(folder / "none" / "x.sqlite", "x");
    ASSERT_FALSE(store);
    EXPECT_NE(store.error().message.find("none/x.sqlite"), std::string::npos);
}

TEST_F(AgentFileTest, returns_to_what_an_upgrade_has_kept_once) {
    const auto file = folder / "broker.sqlite";
    {
        auto store = open_state(file, "broker", {});
        ASSERT_TRUE(store);
        ASSERT_TRUE(save(store.value(), 1, std::string(2500, 'a')));
    }
    {
        auto store = open_state(file, "broker", {StateOrder::Kind::keep, "first"});
        ASSERT_TRUE(store) << store.error().message;
        EXPECT_EQ(store.value().state()->bytes, std::string(2500, 'a'));
        ASSERT_TRUE(save(store.value(), 2, "of the new one"));
    }
    {
        // A restart within the trial keeps what was kept.
        auto store = open_state(file, "broker", {StateOrder::Kind::keep, "first"});
        ASSERT_TRUE(store);
        EXPECT_EQ(store.value().state()->bytes, "of the new one");
        ASSERT_TRUE(save(store.value(), 2, "of the new one again"));
    }
    {
        auto store = open_state(file, "broker", {StateOrder::Kind::restore, "first"});
        ASSERT_TRUE(store) << store.error().message;
        ASSERT_TRUE(store.value().state());
        EXPECT_EQ(store.value().state()->version, 1U);
        EXPECT_EQ(store.value().state()->bytes, std::string(2500, 'a'));
        ASSERT_TRUE(save(store.value(), 1, "later"));
    }
    auto store = open_state(file, "broker", {StateOrder::Kind::restore, "first"});
    ASSERT_TRUE(store);
    EXPECT_EQ(store.value().state()->bytes, "later") << "it is returned to once";
}

TEST_F(AgentFileTest, returns_to_nothing_where_nothing_was_kept) {
    const auto file = folder / "broker.sqlite";
    {
        auto store = open_state(file, "broker", {StateOrder::Kind::keep, "first"});
        ASSERT_TRUE(store) << store.error().message;
        ASSERT_TRUE(save(store.value(), 1, "x"));
    }
    {
        auto store = open_state(file, "broker", {StateOrder::Kind::restore, "first"});
        ASSERT_TRUE(store);
        EXPECT_FALSE(store.value().state()) << "there was no state at the switch";
        ASSERT_TRUE(save(store.value(), 1, "y"));
    }
    auto store = open_state(file, "broker", {StateOrder::Kind::restore, "second"});
    ASSERT_TRUE(store);
    EXPECT_EQ(store.value().state()->bytes, "y") << "nothing was kept under that mark";
}

TEST_F(AgentFileTest, drops_what_was_kept_when_the_trial_is_over) {
    const auto file = folder / "broker.sqlite";
    {
        auto store = open_state(file, "broker", {StateOrder::Kind::keep, "first"});
        ASSERT_TRUE(store);
        ASSERT_TRUE(save(store.value(), 1, "x"));
    }
    ASSERT_TRUE(open_state(file, "broker", {}));
    auto store = open_state(file, "broker", {StateOrder::Kind::restore, "first"});
    ASSERT_TRUE(store);
    EXPECT_EQ(store.value().state()->bytes, "x");
}

TEST_F(AgentFileTest, is_copied_as_it_was_committed_last) {
    const auto path = folder / "broker.sqlite";
    const auto copy = folder / "rehearsal" / "broker.sqlite";
    const StoreChanges stored{{"a", "1"}};
    auto file = AgentFile::open(path, "broker");
    ASSERT_TRUE(file);
    ASSERT_TRUE(save(file.value(), 1, std::string(2500, 'a')));
    FileChanges changes;
    changes.place.cursor = 17;
    changes.store = &stored;
    ASSERT_TRUE(file.value().commit(changes));
    const auto copied = copy_state(&file.value(), copy);
    ASSERT_TRUE(copied) << copied.error().message;
    ASSERT_TRUE(save(file.value(), 1, "later")) << "who has the file goes on with it";
    auto other = open_state(copy, "broker", {});
    ASSERT_TRUE(other) << other.error().message;
    ASSERT_TRUE(other.value().state());
    EXPECT_EQ(other.value().state()->bytes, std::string(2500, 'a'));
    EXPECT_EQ(other.value().place().cursor, 17U);
    EXPECT_EQ(other.value().store().get("a").value(), "1");
    ASSERT_TRUE(save(other.value(), 2, "of the copy"));
    EXPECT_EQ(file.value().state()->bytes, "later");
    const auto permissions = std::filesystem::status(copy.parent_path()).permissions();
    EXPECT_EQ(permissions, std::filesystem::perms::owner_all) << "it may hold secrets";
}

TEST_F(AgentFileTest, is_copied_where_nobody_has_it) {
    const auto path = folder / "broker.sqlite";
    const auto copy = folder / "rehearsal" / "broker.sqlite";
    ASSERT_TRUE(copy_state(path, copy)) << "a first life has no state to copy";
    EXPECT_FALSE(std::filesystem::exists(copy));
    EXPECT_FALSE(std::filesystem::exists(path));
    {
        auto file = AgentFile::open(path, "broker");
        ASSERT_TRUE(save(file.value(), 1, "one"));
    }
    const auto copied = copy_state(path, copy);
    ASSERT_TRUE(copied) << copied.error().message;
    const auto other = AgentFile::open(copy, "broker");
    ASSERT_TRUE(other) << other.error().message;
    EXPECT_EQ(other.value().state()->bytes, "one");
}

TEST_F(AgentFileTest, says_why_it_cannot_be_copied) {
    EXPECT_FALSE(copy_state(nullptr, folder / "rehearsal" / "broker.sqlite"));
    const auto file = AgentFile::open(folder / "broker.sqlite", "broker");
    const auto copied = copy_state(&file.value(), folder / "none" / "rehearsal" / "broker.sqlite");
    ASSERT_FALSE(copied);
    EXPECT_NE(copied.error().message.find("none/rehearsal"), std::string::npos)
        << copied.error().message;
}

}  // namespace
}  // namespace drover
