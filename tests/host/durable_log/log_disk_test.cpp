/// The durable log on a disk that is full or faulty for a while.
#include <csignal>
#include <mutex>

#include <sys/resource.h>
#include <unistd.h>

#include "tests/host/durable_log/log_folder.hpp"

namespace drover {
namespace {

/// A disk that can be told to refuse; counts its syncs.
class FaultyDisk final : public LogDisk {
public:
    Result<void> make_folder(const std::filesystem::path& folder) override {
        made = folder;
        if (is_full) {
            return Error{ErrorKind::unavailable, std::strerror(ENOSPC)};
        }
        return LogDisk::make_folder(folder);
    }
    Result<void> write(int file, std::span<const std::byte> bytes, std::uint64_t offset) override {
        if (is_full) {
            // As a real disk does, it takes a part before it is full.
            static_cast<void>(LogDisk::write(file, bytes.first(bytes.size() / 2), offset));
            return Error{ErrorKind::unavailable, std::strerror(ENOSPC)};
        }
        return LogDisk::write(file, bytes, offset);
    }
    Result<void> sync(int file) override {
        ++syncs;
        if (is_failing_to_sync) {
            return Error{ErrorKind::unavailable, std::strerror(EIO)};
        }
        return LogDisk::sync(file);
    }
    Result<FileDescriptor> create(const std::filesystem::path& file, std::uint64_t size) override {
        if (is_full) {
            return Error{ErrorKind::unavailable, std::strerror(ENOSPC)};
        }
        return LogDisk::create(file, size);
    }
    Result<void> remove(const std::filesystem::path& file) override {
        if (removals_left == 0) {
            return Error{ErrorKind::unavailable, std::strerror(EIO)};
        }
        --removals_left;
        return LogDisk::remove(file);
    }

    std::filesystem::path made;
    std::atomic<int> removals_left{1000};
    std::atomic<bool> is_full{false};
    std::atomic<bool> is_failing_to_sync{false};
    std::atomic<int> syncs{0};
};

class LogOnFaultyDisk : public ::testing::Test {
protected:
    [[nodiscard]] std::unique_ptr<SegmentLog> open() {
        auto log = SegmentLog::open(folder.options, disk);
        EXPECT_TRUE(log);
        return std::move(log.value());
    }

    LogFolder folder;
    FaultyDisk disk;
};

TEST_F(LogOnFaultyDisk, waits_and_goes_on_when_there_is_room_again) {
    {
        const auto log = open();
        append_text(*log, 1, "before");
        ASSERT_TRUE(wait_for_sync(*log));
        disk.is_full = true;
        append_text(*log, 2, "while it is full");
        log->commit();
        ASSERT_TRUE(wait_until(*log, [&] { return !log->trouble().empty(); }));
        EXPECT_NE(log->trouble().find("cannot be written: No space left on device"),
                  std::string::npos);
        EXPECT_EQ(log->synced(), 1U);
        append_text(*log, 3, "also");
        log->commit();
        disk.is_full = false;
        ASSERT_TRUE(wait_for_sync(*log));
    }
    const auto log = open();
    LogReader reader = log->reader();
    EXPECT_EQ(text_at(reader, 1), "before");
    EXPECT_EQ(text_at(reader, 2), "while it is full");
    EXPECT_EQ(text_at(reader, 3), "also");
}

TEST_F(LogOnFaultyDisk, begins_in_a_folder_whose_name_the_disk_was_told_to_keep) {
    disk.is_full = true;
    const auto refused = SegmentLog::open(folder.options, disk);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("cannot be made: No space left on device"),
              std::string::npos)
        << refused.error().message;
    disk.is_full = false;
    const auto log = open();
    EXPECT_EQ(disk.made, folder.options.folder);
}

TEST_F(LogOnFaultyDisk, removes_the_oldest_first_so_that_what_is_left_has_no_gap) {
    const auto log = open();
    for (std::uint64_t sequence = 1; sequence <= 10; ++sequence) {
        append_text(*log, sequence, std::string(20'000, 'x'));
    }
    ASSERT_TRUE(wait_for_sync(*log));
    disk.removals_left = 1;
    log->trim(9);  // Positions 1 to 3, 4 to 6 and 7 to 9 lie in the first three.
    ASSERT_TRUE(wait_until(*log, [&] { return !log->trouble().empty(); }));
    EXPECT_FALSE(std::filesystem::exists(folder.segment(1)));
    EXPECT_TRUE(std::filesystem::exists(folder.segment(4)));
    EXPECT_TRUE(std::filesystem::exists(folder.segment(7)));
    disk.removals_left = 1000;
    ASSERT_TRUE(wait_until(*log, [&] { return log->trouble().empty(); }));
    EXPECT_FALSE(std::filesystem::exists(folder.segment(4)));
    EXPECT_FALSE(std::filesystem::exists(folder.segment(7)));
}

TEST_F(LogOnFaultyDisk, counts_nothing_as_kept_that_a_failed_sync_did_not_confirm) {
    const auto log = open();
    ASSERT_TRUE(wait_for_sync(*log));
    disk.is_failing_to_sync = true;
    append_text(*log, 1, "not yet");
    log->commit();
    ASSERT_TRUE(wait_until(*log, [&] { return !log->trouble().empty(); }));
    EXPECT_EQ(log->synced(), 0U);
    disk.is_failing_to_sync = false;
    ASSERT_TRUE(wait_for_sync(*log));
    EXPECT_EQ(log->synced(), 1U);
}

TEST_F(LogOnFaultyDisk, waits_for_room_for_a_new_segment) {
    const std::string large(60'000, 'x');
    const auto log = open();
    append_text(*log, 1, large);
    ASSERT_TRUE(wait_for_sync(*log));
    disk.is_full = true;
    append_text(*log, 2, large);
    log->commit();
    ASSERT_TRUE(wait_until(*log, [&] { return !log->trouble().empty(); }));
    EXPECT_FALSE(std::filesystem::exists(folder.segment(2)));
    disk.is_full = false;
    ASSERT_TRUE(wait_for_sync(*log));
    LogReader reader = log->reader();
    EXPECT_EQ(text_at(reader, 2), large);
}

TEST_F(LogOnFaultyDisk, loses_only_what_it_had_not_confirmed_when_it_ends_on_a_full_disk) {
    {
        const auto log = open();
        append_text(*log, 1, "kept");
        ASSERT_TRUE(wait_for_sync(*log));
        disk.is_full = true;
        append_text(*log, 2, "never confirmed");
        log->commit();
        ASSERT_TRUE(wait_until(*log, [&] { return !log->trouble().empty(); }));
    }
    disk.is_full = false;
    EXPECT_EQ(open()->head(), 1U);
}

TEST_F(LogOnFaultyDisk, has_no_room_when_too_much_waits) {
    const auto log = open();
    ASSERT_TRUE(wait_for_sync(*log));
    disk.is_full = true;
    const std::string large(1'000'000, 'x');
    std::uint64_t sequence = 0;
    while (log->has_room(large.size(), true)) {
        ASSERT_LT(sequence, 100U);
        append_text(*log, ++sequence, large);
        log->commit();
    }
    disk.is_full = false;
    ASSERT_TRUE(wait_for_sync(*log));
    EXPECT_TRUE(log->has_room(large.size(), true));
}

TEST_F(LogOnFaultyDisk, needs_one_sync_for_all_that_was_appended_together) {
    const auto log = open();
    append_text(*log, 1, "first");
    ASSERT_TRUE(wait_for_sync(*log));
    const int before = disk.syncs;
    for (std::uint64_t sequence = 2; sequence <= 100; ++sequence) {
        append_text(*log, sequence, "message");
    }
    ASSERT_TRUE(wait_for_sync(*log));
    EXPECT_EQ(disk.syncs - before, 1);
}

TEST(LogDisk, gives_a_file_system_s_refusal_as_a_sentence) {
    const auto missing = LogDisk().create("/nonexistent/file", 4096);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().message, "No such file or directory");
}

/// A real refusal of the system, not a played one.
TEST(LogDisk, leaves_nothing_behind_that_it_could_not_reserve) {
    LogFolder folder;
    std::filesystem::create_directories(folder.options.folder);
    const auto file = folder.options.folder / "segment";
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{64U << 10U, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto made = LogDisk().create(file, std::uint64_t{1} << 20U);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, SIG_DFL);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().message, "File too large");
    EXPECT_FALSE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace drover
