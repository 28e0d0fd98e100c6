/// A recorder that waits for droverd, process 7 with the file /a.recording.
#pragma once

#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/file_descriptor.hpp"
#include "process/run_directory.hpp"

namespace drover::test {

/// It never reads but when it is asked what it heard.
class WaitingRecorder {
public:
    explicit WaitingRecorder(const RunDirectory& run) {
        std::ofstream(run.recorder_wish()) << R"({"file":"/a.recording","pid":7})";
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        run.recorder_socket().string().copy(address.sun_path, sizeof address.sun_path - 1);
        const auto* const plain = reinterpret_cast<const sockaddr*>(&address);
        EXPECT_EQ(::bind(listener_.number(), plain, sizeof address), 0);
        EXPECT_EQ(::listen(listener_.number(), 4), 0);
    }
    /// All that it was told, up to the end of the connection.
    [[nodiscard]] std::string heard() const {
        const FileDescriptor socket(::accept(listener_.number(), nullptr, nullptr));
        std::string text;
        char room[4096];
        for (ssize_t got = 0; (got = ::recv(socket.number(), room, sizeof room, 0)) > 0;) {
            text.append(room, static_cast<std::size_t>(got));
        }
        return text;
    }

private:
    FileDescriptor listener_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
};

}  // namespace drover::test
