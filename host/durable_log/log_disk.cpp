#include "durable_log/log_disk.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/kept_folder.hpp"

namespace drover {
namespace {

Error disk_error(int number) {
    return {ErrorKind::unavailable, std::strerror(number)};
}

/// Where the file system cannot reserve, the file only gets its size, and a full disk shows when
/// it is written.
Result<void> reserve(int file, std::uint64_t size) {
    const auto length = static_cast<off_t>(size);
    while (::fallocate(file, 0, 0, length) != 0) {
        if (errno == EINTR) {
            continue;
        }
        if (errno != EOPNOTSUPP && errno != ENOSYS) {
            return disk_error(errno);
        }
        if (::ftruncate(file, length) != 0) {
            return disk_error(errno);
        }
        break;
    }
    return success();
}

Result<void> outcome_of(const std::error_code& fault) {
    return fault ? Result<void>(Error{ErrorKind::unavailable, fault.message()}) : success();
}

}  // namespace

Result<void> LogDisk::make_folder(const std::filesystem::path& folder) {
    return outcome_of(make_kept_folders(folder));
}

Result<FileDescriptor> LogDisk::create(const std::filesystem::path& file, std::uint64_t size) {
    FileDescriptor made(::open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!made.is_open()) {
        return disk_error(errno);
    }
    if (auto reserved = reserve(made.number(), size); !reserved) {
        ::unlink(file.c_str());  // What it has taken of a full disk is given back.
        return reserved.error();
    }
    return made;
}

Result<void> LogDisk::write(int file, std::span<const std::byte> bytes, std::uint64_t offset) {
    while (!bytes.empty()) {
        const ssize_t written =
            ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return disk_error(written < 0 ? errno : ENOSPC);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
    return success();
}

Result<void> LogDisk::sync(int file) {
    if (::fdatasync(file) != 0) {
        return disk_error(errno);
    }
    return success();
}

Result<void> LogDisk::rename(const std::filesystem::path& from,
                             const std::filesystem::path& final_name) {
    if (::rename(from.c_str(), final_name.c_str()) != 0) {
        return disk_error(errno);
    }
    return outcome_of(sync_folder(final_name.parent_path()));
}

Result<void> LogDisk::remove(const std::filesystem::path& file) {
    if (::unlink(file.c_str()) != 0 && errno != ENOENT) {
        return disk_error(errno);
    }
    return success();
}

Result<void> LogDisk::clear_from(int file, std::uint64_t offset) {
    struct stat status {};
    if (::fstat(file, &status) != 0 || ::ftruncate(file, static_cast<off_t>(offset)) != 0) {
        return disk_error(errno);
    }
    if (auto reserved = reserve(file, static_cast<std::uint64_t>(status.st_size)); !reserved) {
        return reserved;
    }
    return ::fsync(file) == 0 ? Result<void>(success()) : Result<void>(disk_error(errno));
}

}  // namespace drover
