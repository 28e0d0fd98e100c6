/// The recorder's end of a recording that the test plays.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/file_descriptor.hpp"
#include "process/status_page.hpp"
#include "recording/entry.hpp"
#include "recording/recorded_inputs.hpp"
#include "runner/life_recorder.hpp"
#include "runner/transport.hpp"

namespace drover::test {

/// Listens in a folder, takes one life, and has every entry that came. One thread at a time.
class FakeRecorder {
public:
    explicit FakeRecorder(const std::filesystem::path& folder) : path_(folder / "recorder") {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.string().copy(address.sun_path, sizeof address.sun_path - 1);
        const auto* const plain = reinterpret_cast<const sockaddr*>(&address);
        EXPECT_EQ(::bind(listening_.number(), plain, sizeof address), 0) << std::strerror(errno);
        EXPECT_EQ(::listen(listening_.number(), 1), 0) << std::strerror(errno);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    /// The agent's end, whose life has been said already. Null where it did not come.
    std::unique_ptr<LifeRecorder> joined(const RecordedLife& life,
                                         StatusPageLayout& page,
                                         AgentObserver& observer) {
        auto recorder = LifeRecorder::join(path_, life, page, observer);
        EXPECT_TRUE(recorder) << recorder.error().message;
        life_ = FileDescriptor(::accept4(listening_.number(), nullptr, nullptr, SOCK_CLOEXEC));
        return recorder ? std::move(recorder.value()) : nullptr;
    }
    /// Goes away with its connection.
    void leave() { life_.close(); }

    /// What has come since the last call, without waiting.
    std::vector<Entry> take() { return read(MSG_DONTWAIT); }
    /// The same, up to the end of the connection.
    std::vector<Entry> take_all() { return read(0); }
    /// The same, in numbers and in order.
    std::vector<EntryKind> take_kinds() {
        std::vector<EntryKind> kinds;
        for (const Entry& entry : take()) {
            kinds.push_back(entry.kind);
        }
        return kinds;
    }

private:
    /// The entries' bodies live as long as this recorder.
    std::vector<Entry> read(int flags) {
        std::vector<std::byte>& bytes = read_.emplace_back();
        std::vector<std::byte> block(std::size_t{64} << 10U);
        while (true) {
            const ssize_t got = ::recv(life_.number(), block.data(), block.size(), flags);
            if (got <= 0) {
                break;
            }
            bytes.insert(bytes.end(), block.begin(), block.begin() + got);
        }
        std::vector<Entry> entries;
        std::span<const std::byte> rest(bytes);
        while (const auto entry = Entry::take(rest)) {
            entries.push_back(*entry);
        }
        EXPECT_TRUE(rest.empty()) << "an entry was handed over in part";
        return entries;
    }

    std::filesystem::path path_;
    FileDescriptor listening_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    FileDescriptor life_;
    std::list<std::vector<std::byte>> read_;
};

}  // namespace drover::test
