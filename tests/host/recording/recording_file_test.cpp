/// A recording's file: what was written whole is read again, whatever happened behind it.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "recording/recording_reader.hpp"
#include "recording/recording_writer.hpp"

namespace drover {
namespace {

class RecordingFile : public testing::Test {
protected:
    RecordingFile() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "drover-recording-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~RecordingFile() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::filesystem::path file() const { return folder_ / "a.recording"; }

    /// Three blocks of entries behind one of names, and an end where `is_finished`.
    void write(bool is_finished) const {
        auto writer = RecordingWriter::create(file(), 123);
        ASSERT_TRUE(writer) << writer.error().message;
        ASSERT_TRUE(writer.value().add(BlockKind::names, R"({"fleet":"f"})"));
        for (std::uint32_t stream = 1; stream <= 3; ++stream) {
            const std::vector<std::byte> body(stream * 10, std::byte(stream));
            ASSERT_TRUE(writer.value().add(BlockKind::entries, stream, body));
        }
        if (is_finished) {
            ASSERT_TRUE(writer.value().add(BlockKind::end, "{}"));
        }
        ASSERT_TRUE(writer.value().finish());
        EXPECT_EQ(writer.value().size(), std::filesystem::file_size(file()));
    }

    /// The sizes of the blocks of entries.
    [[nodiscard]] std::vector<std::size_t> read() {
        auto reader = RecordingReader::open(file());
        EXPECT_TRUE(reader);
        std::vector<std::size_t> sizes;
        while (const auto block = reader.value().next()) {
            if (block->kind == BlockKind::entries) {
                EXPECT_EQ(block->body.size(), block->stream * 10);
                sizes.push_back(block->body.size());
            }
        }
        is_finished_ = reader.value().is_finished();
        torn_ = reader.value().torn_bytes();
        const auto undamaged = reader.value().must_be_undamaged("a.recording");
        damage_ = undamaged ? "" : undamaged.error().message;
        return sizes;
    }

    bool is_finished_ = false;
    std::uint64_t torn_ = 0;
    std::string damage_;

private:
    std::filesystem::path folder_;
};

using Sizes = std::vector<std::size_t>;

TEST_F(RecordingFile, is_read_as_it_was_written) {
    write(true);
    EXPECT_EQ(read(), (Sizes{10, 20, 30}));
    EXPECT_TRUE(is_finished_);
    EXPECT_EQ(torn_, 0U);
}

TEST_F(RecordingFile, without_an_end_says_so) {
    write(false);
    EXPECT_EQ(read(), (Sizes{10, 20, 30}));
    EXPECT_FALSE(is_finished_);
    EXPECT_EQ(torn_, 0U);
}

TEST_F(RecordingFile, with_a_torn_tail_is_read_up_to_it) {
    write(false);
    const auto whole = std::filesystem::file_size(file());
    for (std::uintmax_t size = whole - 1; size > whole - 54; --size) {
        std::filesystem::resize_file(file(), size);
        EXPECT_EQ(read(), (Sizes{10, 20})) << size;
        EXPECT_FALSE(is_finished_);
        EXPECT_EQ(torn_, size - (whole - 54)) << size;
        EXPECT_EQ(damage_, "") << size;
    }
}

TEST_F(RecordingFile, with_a_changed_byte_is_damaged_and_no_torn_tail) {
    write(true);
    std::fstream stream(file(), std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(std::filesystem::file_size(file()) - 26 - 5));
    stream.put('x');
    stream.close();
    EXPECT_EQ(read(), (Sizes{10, 20}));
    EXPECT_FALSE(is_finished_);
    EXPECT_EQ(damage_.find("The recording a.recording is damaged at byte "), 0U) << damage_;
}

TEST_F(RecordingFile, never_takes_the_place_of_another_file) {
    std::ofstream(file()) << "something dear";
    const auto writer = RecordingWriter::create(file(), 0);
    ASSERT_FALSE(writer);
    EXPECT_NE(writer.error().message.find("is there already"), std::string::npos);
}

TEST_F(RecordingFile, of_another_kind_is_refused) {
    std::ofstream(file()) << "this is a text of some length, and no recording";
    const auto reader = RecordingReader::open(file());
    ASSERT_FALSE(reader);
    EXPECT_NE(reader.error().message.find("is no recording"), std::string::npos);
    std::filesystem::remove(file());
    EXPECT_FALSE(RecordingReader::open(file()));
}

TEST_F(RecordingFile, of_a_newer_format_is_refused) {
    write(true);
    std::fstream stream(file(), std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(8);
    stream.put(3);
    stream.close();
    const auto reader = RecordingReader::open(file());
    ASSERT_FALSE(reader);
    EXPECT_NE(reader.error().message.find("version 3"), std::string::npos);
}

TEST_F(RecordingFile, of_an_older_format_is_read_but_does_not_hold_all_that_a_replay_takes) {
    write(true);
    EXPECT_TRUE(RecordingReader::open(file()).value().must_hold_all(file()));
    std::fstream stream(file(), std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(8);
    stream.put(1);
    stream.close();
    EXPECT_EQ(read().size(), 3U);
    const auto holds = RecordingReader::open(file()).value().must_hold_all(file());
    ASSERT_FALSE(holds);
    EXPECT_NE(holds.error().message.find("has version 1 of the format"), std::string::npos)
        << holds.error().message;
    EXPECT_NE(holds.error().message.find("needs a new recording"), std::string::npos);
}

}  // namespace
}  // namespace drover
