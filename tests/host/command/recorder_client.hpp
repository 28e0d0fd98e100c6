/// Whoever connects to a recorder, and what agents say to it.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/file_descriptor.hpp"
#include "process/run_directory.hpp"
#include "recording/entry.hpp"
#include "recording/recorded_inputs.hpp"

namespace drover::test {

/// A connection to the recorder of `run` that has said `bytes`.
inline FileDescriptor recorder_client(const RunDirectory& run, std::string_view bytes) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    run.recorder_socket().string().copy(address.sun_path, sizeof address.sun_path - 1);
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto* const plain = reinterpret_cast<const sockaddr*>(&address);
    EXPECT_EQ(::connect(socket.number(), plain, sizeof address), 0) << std::strerror(errno);
    EXPECT_EQ(::send(socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
    return socket;
}

/// An entry as agents send it.
inline std::string entry_of(EntryKind kind, std::string_view text) {
    std::vector<std::byte> bytes;
    {
        EntryWriter writer(bytes, kind, 0, 7);
        writer.text(text);
    }
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The entry with which an agent begins.
inline std::string life_of(const std::string& agent) {
    std::vector<std::byte> bytes;
    RecordedLife life;
    life.agent = agent;
    {
        EntryWriter writer(bytes, EntryKind::life, 0, 7);
        life.write(writer);
    }
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace drover::test
