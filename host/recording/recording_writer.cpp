#include "recording/recording_writer.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "recording/checksum.hpp"

namespace drover {
namespace {

constexpr mode_t owner_only = 0600;

Error cannot(const char* what, const std::filesystem::path& path, int error) {
    return {ErrorKind::unavailable,
            "The recording " + path.string() + " cannot be " + what + ": " + std::strerror(error) +
                "."};
}

}  // namespace

Result<RecordingWriter> RecordingWriter::create(const std::filesystem::path& file,
                                                std::int64_t now) {
    FileDescriptor opened(
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, owner_only));
    if (!opened.is_open()) {
        return errno == EEXIST
                   ? Error{ErrorKind::invalid,
                           "The file " + file.string() +
                               " is there already; remove it or choose another one with -O."}
                   : cannot("made", file, errno);
    }
    RecordingWriter writer(std::move(opened), file);
    RecordingFileHead head;
    head.begun = now;
    if (auto written = writer.write(std::as_bytes(std::span(&head, 1)), {}); !written) {
        return written.error();
    }
    return writer;
}

Result<void> RecordingWriter::add(BlockKind kind,
                                  std::uint32_t stream,
                                  std::span<const std::byte> body) {
    RecordingBlockHead head;
    head.kind = static_cast<std::uint16_t>(kind);
    head.stream = stream;
    head.size = static_cast<std::uint32_t>(body.size());
    head.checksum = crc32c(body, crc32c(std::as_bytes(std::span(&head, 1))));
    return write(std::as_bytes(std::span(&head, 1)), body);
}

Result<void> RecordingWriter::write(std::span<const std::byte> head,
                                    std::span<const std::byte> body) {
    const std::size_t whole = head.size() + body.size();
    std::size_t written = 0;
    while (written < whole) {
        std::array<iovec, 2> parts{iovec{const_cast<std::byte*>(head.data()), head.size()},
                                   iovec{const_cast<std::byte*>(body.data()), body.size()}};
        // What was written before a signal or on a disk that is nearly full is not written twice.
        std::size_t done = written;
        for (iovec& part : parts) {
            const std::size_t skip = std::min(done, part.iov_len);
            part.iov_base = static_cast<std::byte*>(part.iov_base) + skip;
            part.iov_len -= skip;
            done -= skip;
        }
        const ssize_t wrote =
            ::writev(file_.number(), parts.data(), static_cast<int>(parts.size()));
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            const int error = errno;
            // The torn block must not hide what is written once there is room again.
            [[maybe_unused]] const int cut = ::ftruncate(file_.number(), static_cast<off_t>(size_));
            ::lseek(file_.number(), static_cast<off_t>(size_), SEEK_SET);
            return cannot("written", path_, error);
        }
        written += static_cast<std::size_t>(wrote);
    }
    size_ += whole;
    return success();
}

Result<void> RecordingWriter::finish() {
    return ::fdatasync(file_.number()) == 0 ? Result<void>(success())
                                            : Result<void>(cannot("written", path_, errno));
}

}  // namespace drover
