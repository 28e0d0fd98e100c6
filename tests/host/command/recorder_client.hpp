/// Whoever connects to a recorder.
#pragma once

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/file_descriptor.hpp"
#include "process/run_directory.hpp"

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

}  // namespace drover::test
