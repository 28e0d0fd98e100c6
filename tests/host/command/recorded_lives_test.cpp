/// A first look at a recording: whose lives it holds.
#include "command/recorded_lives.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "base/json_value.hpp"
#include "fake_droverd.hpp"
#include "past_messages.hpp"

namespace drover::test {

using testing::ElementsAre;
using testing::HasSubstr;

namespace {

struct RecordedLivesTest : testing::Test {
    RecordedLivesTest() : writer(RecordingWriter::create(file(), 0)) { EXPECT_TRUE(writer); }
    [[nodiscard]] std::filesystem::path file() const { return folder.path() / "a.recording"; }
    void add_names(const std::map<std::string, std::uint32_t>& agents) {
        EXPECT_TRUE(writer.value().add(BlockKind::names, past_names(agents)));
    }
    void add_life(std::uint32_t stream, const RecordedLife& life) {
        std::vector<std::byte> entries;
        {
            EntryWriter entry(entries, EntryKind::life, 0, 0);
            life.write(entry);
        }
        EXPECT_TRUE(writer.value().add(BlockKind::entries, stream, entries));
    }
    void add_life(std::uint32_t stream, const std::string& agent) {
        RecordedLife life;
        life.agent = agent;
        add_life(stream, life);
    }
    void add_stop(std::uint32_t stream) {
        std::vector<std::byte> entries;
        { const EntryWriter stop(entries, EntryKind::stop, 0, 0); }
        EXPECT_TRUE(writer.value().add(BlockKind::entries, stream, entries));
    }
    std::string fault() {
        EXPECT_TRUE(writer.value().finish());
        const auto read = read_recorded_lives(file());
        return read ? "" : read.error().message;
    }
    CommandFolder folder;
    Result<RecordingWriter> writer;
};

}  // namespace

TEST_F(RecordedLivesTest, are_known_by_their_streams_and_agents_by_the_fleets_order) {
    add_names({{"broker", 1}, {"risk", 2}, {"view", 3}});
    add_life(1, "risk");
    add_life(2, "gone");
    add_life(3, "broker");
    add_stop(1);
    add_life(4, "risk");
    ASSERT_TRUE(writer.value().add(BlockKind::end, "{}"));
    ASSERT_TRUE(writer.value().finish());
    const auto read = read_recorded_lives(file());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read.value().lives.size(), 4U);
    EXPECT_EQ(read.value().lives.at(4).agent, "risk");
    EXPECT_THAT(read.value().agents(), ElementsAre("broker", "risk", "gone"));
    EXPECT_TRUE(read.value().is_finished);
    EXPECT_EQ(read.value().torn_bytes, 0U);
}

TEST_F(RecordedLivesTest, are_read_up_to_a_torn_tail) {
    add_names({{"risk", 1}});
    add_life(1, "risk");
    const auto whole = writer.value().size();
    add_life(2, "risk");
    ASSERT_TRUE(writer.value().finish());
    std::filesystem::resize_file(file(), whole + 5);
    const auto read = read_recorded_lives(file());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read.value().lives.size(), 1U);
    EXPECT_FALSE(read.value().is_finished);
    EXPECT_EQ(read.value().torn_bytes, 5U);
}

TEST_F(RecordedLivesTest, are_not_read_past_a_damage_in_the_middle) {
    add_names({{"risk", 1}});
    const auto before = writer.value().size();
    add_life(1, "risk");
    add_life(2, "risk");
    {
        std::fstream stream(file(), std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(static_cast<std::streamoff>(before + 4));
        stream.put('\x7F');
    }
    EXPECT_THAT(fault(), HasSubstr("a.recording is damaged at byte " + std::to_string(before)));
}

TEST_F(RecordedLivesTest, say_whose_they_are_before_anything_else) {
    add_names({{"risk", 1}});
    add_stop(7);
    EXPECT_THAT(fault(),
                HasSubstr("a.recording: what was recorded of stream 7 does not say whose life"));
}

TEST_F(RecordedLivesTest, are_missed_where_there_is_none) {
    add_names({{"risk", 1}});
    EXPECT_THAT(fault(), HasSubstr("a.recording holds no life of any agent."));
}

TEST_F(RecordedLivesTest, need_names_that_can_be_read) {
    EXPECT_TRUE(writer.value().add(BlockKind::names, "{"));
    EXPECT_THAT(fault(), HasSubstr("a.recording: The recording's names"));
}

TEST_F(RecordedLivesTest, get_their_secrets_from_where_they_lie_now) {
    const auto secret = folder.path() / "key";
    std::ofstream(secret) << "hunter2\n";
    std::filesystem::permissions(secret, std::filesystem::perms::owner_read);
    RecordedLife life;
    life.agent = "risk";
    life.config = R"({"api":{"key":""},"limit":1.50})";
    life.secrets = {{"broker-key", secret.string()}};
    life.secret_places = {{"/api/key", "broker-key"}};
    add_names({{"risk", 1}, {"view", 2}});
    add_life(1, life);
    add_life(2, "view");
    ASSERT_TRUE(writer.value().finish());
    const auto read = read_recorded_lives(file());
    ASSERT_TRUE(read);
    const auto configs = configs_with_secrets(read.value());
    ASSERT_TRUE(configs) << configs.error().message;
    EXPECT_EQ(configs.value().size(), 1U) << "the other life has none";
    EXPECT_EQ(configs.value().at("1"), R"({"api":{"key":"hunter2"},"limit":1.50})");
    std::filesystem::remove(secret);
    const auto without = configs_with_secrets(read.value());
    ASSERT_FALSE(without);
    EXPECT_THAT(without.error().message, HasSubstr("agent 'risk': secret 'broker-key': "));
}

}  // namespace drover::test
