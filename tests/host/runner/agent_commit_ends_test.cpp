// Wherever the process ends around a commit, nothing is lost and nothing said twice.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/host/runner/durable_agent.hpp"
#include "wire/message_frame.hpp"

namespace drover {
namespace {

/// Where an agent ended, and what had left it until then.
struct End {
    std::filesystem::path files;
    std::size_t left = 0;
};

/// What the router has, given what left before an end and what is sent again after it.
std::vector<Left> durable_of(const std::vector<Left>& left) {
    std::vector<Left> log;
    for (const Left& each : left) {
        if (each.delivery == log.size() + 1) {
            log.push_back(each);
        }
    }
    return log;
}

struct EndsAnywhere : DurableAgentTest {
    static constexpr std::uint64_t messages = 6;

    void play(std::uint64_t from, bool batches) {
        runner->hold_batch(batches);
        for (std::uint64_t position = from; position <= messages; ++position) {
            deliver(position, static_cast<std::int64_t>(position));
        }
        runner->hold_batch(false);
        runner->commit();
    }
    /// Sends again what the router has not: as the session does after READY.
    void resend(std::size_t logged) {
        ASSERT_TRUE(runner->for_each_unlogged(
            logged, [&](std::uint64_t number, std::span<const std::byte> bytes) {
                const auto frame = MessageFrame::decode(bytes);
                ASSERT_TRUE(frame);
                Number count{};
                std::memcpy(&count, frame->payload.data(), sizeof(count));
                transport.left.push_back({std::string(frame->topic), number, count.value});
            }));
    }
    void run_from_every_end(bool batches) {
        started();
        play(1, batches);
        const std::vector<Left> wanted = durable_of(transport.left);
        ASSERT_EQ(wanted.size(), 3 * messages);
        const std::int64_t total = Adder::present->total;
        runner.reset();
        std::filesystem::remove_all(folder);
        std::filesystem::create_directory(folder);
        transport.left.clear();
        sequence = 0;

        std::vector<End> ends;
        started();
        Adder::step = [&] {
            const auto files = folder / ("end-" + std::to_string(ends.size()));
            std::filesystem::create_directory(files);
            for (const char* name : {"adder.sqlite", "adder.sqlite-wal"}) {
                std::filesystem::copy_file(folder / name, files / name);
            }
            ends.push_back({files, transport.left.size()});
        };
        play(1, batches);
        Adder::step = nullptr;
        ASSERT_GT(ends.size(), 30U);
        const std::vector<Left> left_before = transport.left;

        for (const End& end : ends) {
            // The router has all that left, or has lost what it had not on disk.
            for (const bool router_ends_too : {false, true}) {
                transport.left.assign(
                    left_before.begin(),
                    left_before.begin() +
                        static_cast<std::ptrdiff_t>(router_ends_too ? end.left / 2 : end.left));
                const auto files = folder / "again";
                std::filesystem::remove_all(files);
                std::filesystem::copy(end.files, files);
                make(files, 2);
                ASSERT_TRUE(runner->start());
                resend(durable_of(transport.left).size());
                play(runner->place().cursor + 1, batches);
                EXPECT_EQ(Adder::present->total, total) << end.files;
                ASSERT_EQ(durable_of(transport.left), wanted) << end.files;
            }
        }
    }
};

TEST_F(EndsAnywhere, and_the_next_life_says_the_same_with_a_batch_for_each_message) {
    run_from_every_end(false);
}

TEST_F(EndsAnywhere, and_the_next_life_says_the_same_with_batches_of_several_messages) {
    run_from_every_end(true);
}

}  // namespace
}  // namespace drover
