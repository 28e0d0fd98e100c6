// Writes generated bars to a file or to standard output.
#include "bar_generator/generated_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "bar_generator/bar_rows.hpp"
#include "bar_generator/bar_walk.hpp"

namespace drover {

namespace {

constexpr std::size_t bytes_a_write = std::size_t{1} << 18U;

[[noreturn]] void fail(const std::string& path, const std::string& what, int cause) {
    throw std::runtime_error(path + ": " + what + ": " + std::strerror(cause) + ".");
}

void write_whole(int descriptor, std::string_view bytes, const std::string& path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            fail(path, "the bars cannot be written", errno);
        }
    }
}

void write_bars(const GenerateSettings& settings, int descriptor, const std::string& path) {
    BarWalk walk(settings.seed, settings.price, settings.bar_seconds);
    BarRows rows;
    std::string text(BarRows::header);
    text.reserve(bytes_a_write + 256);
    std::int64_t open_time = settings.start;
    for (std::int64_t count = 0; count < settings.count; ++count) {
        rows.append(text, open_time, walk.next());
        open_time += settings.bar_seconds;
        if (text.size() >= bytes_a_write) {
            write_whole(descriptor, text, path);
            text.clear();
        }
    }
    write_whole(descriptor, text, path);
}

/// A file under another name until it is complete; removed again when it never is.
class UnfinishedFile {
public:
    explicit UnfinishedFile(std::string path)
        : path_(std::move(path)), name_(path_ + "." + std::to_string(::getpid()) + ".part") {
        descriptor_ = ::open(name_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (descriptor_ < 0) {
            fail(path_, "the file cannot be created", errno);
        }
    }
    UnfinishedFile(const UnfinishedFile&) = delete;
    UnfinishedFile& operator=(const UnfinishedFile&) = delete;
    ~UnfinishedFile() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
        if (!is_finished_) {
            ::unlink(name_.c_str());
        }
    }

    [[nodiscard]] int descriptor() const { return descriptor_; }

    void finish() {
        // A full disk may show itself only here.
        if (::close(std::exchange(descriptor_, -1)) != 0 ||
            ::rename(name_.c_str(), path_.c_str()) != 0) {
            fail(path_, "the file cannot be completed", errno);
        }
        is_finished_ = true;
    }

private:
    std::string path_;
    std::string name_;
    int descriptor_ = -1;
    bool is_finished_ = false;
};

void write_to_device(const GenerateSettings& settings, const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) {
        fail(path, "it cannot be opened for writing", errno);
    }
    write_bars(settings, descriptor, path);
    ::close(descriptor);
}

}  // namespace

void write_generated_file(const GenerateSettings& settings,
                          const std::string& path,
                          bool overwrite) {
    if (path == "-") {
        write_bars(settings, STDOUT_FILENO, "standard output");
        return;
    }
    std::error_code unknown;
    const auto status = std::filesystem::status(path, unknown);
    if (std::filesystem::is_directory(status)) {
        throw std::runtime_error(path + " is a folder; name a file in it.");
    }
    if (std::filesystem::is_other(status)) {
        write_to_device(settings, path);
        return;
    }
    if (std::filesystem::exists(status) && !overwrite) {
        throw std::runtime_error(path + " is there already; --force replaces it.");
    }
    UnfinishedFile file(path);
    write_bars(settings, file.descriptor(), path);
    file.finish();
}

}  // namespace drover
