#include "fleet/describe.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/file_descriptor.hpp"
#include "base/json_value.hpp"
#include "fleet/description_cache.hpp"
#include "process/launcher.hpp"
#include "process/process_tree.hpp"

namespace drover {
namespace {

constexpr std::size_t most_at_once = 4;
constexpr std::size_t largest_answer = std::size_t{64} << 20U;

Error plugin_error(ErrorKind kind, const std::filesystem::path& file, const std::string& what) {
    return {kind, "Plugin '" + file.string() + "' " + what};
}

/// "2 s", "0.25 s"
std::string seconds_text(std::chrono::nanoseconds duration) {
    std::array<char, 32> text{};
    std::snprintf(
        text.data(), text.size(), "%g s", std::chrono::duration<double>(duration).count());
    return text.data();
}

/// One child that describes one plugin. Killed with all that it started when it is destroyed.
class DescribingChild {
public:
    DescribingChild(std::size_t index, std::filesystem::path file, std::chrono::nanoseconds longest)
        : index_(index),
          file_(std::move(file)),
          longest_(longest),
          deadline_(monotonic_now() + longest) {}
    DescribingChild(DescribingChild&&) = default;
    DescribingChild& operator=(DescribingChild&&) = default;
    DescribingChild(const DescribingChild&) = delete;
    DescribingChild& operator=(const DescribingChild&) = delete;
    ~DescribingChild() { end_session(); }

    Result<void> start(const std::filesystem::path& agent_program) {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            return plugin_error(ErrorKind::unavailable,
                                file_,
                                std::string("cannot be described: ") + std::strerror(errno) + ".");
        }
        output_ = FileDescriptor(ends[0]);
        const FileDescriptor input(ends[1]);
        ::fcntl(output_.number(), F_SETFL, O_NONBLOCK);
        LaunchRequest request;
        request.program = agent_program;
        request.arguments = {"--describe", file_.string()};
        request.output = input.number();
        auto child = launch(request);
        if (!child) {
            return child.error();
        }
        child_ = std::move(child.value());
        return success();
    }

    [[nodiscard]] std::size_t index() const { return index_; }
    [[nodiscard]] const std::filesystem::path& file() const { return file_; }
    [[nodiscard]] Monotonic deadline() const { return deadline_; }
    [[nodiscard]] std::array<pollfd, 2> waits() const {
        return {pollfd{output_.number(), POLLIN, 0}, pollfd{child_.watch.number(), POLLIN, 0}};
    }

    /// Takes what is there. Returns the answer once the child has ended or is out of time.
    std::optional<DescribedLibrary> step() {
        read_output();
        if (const auto status = reap(child_)) {
            is_reaped_ = true;
            read_output();
            return answer(*status);
        }
        if (answer_.size() > largest_answer) {
            return plugin_error(ErrorKind::invalid, file_, "has a description beyond 64 MiB.");
        }
        if (monotonic_now() >= deadline_) {
            return plugin_error(ErrorKind::timed_out,
                                file_,
                                "did not finish within " + seconds_text(longest_) +
                                    " while it was being described. Its constructors and "
                                    "drover_library_v1 must return at once.");
        }
        return std::nullopt;
    }

private:
    void read_output() {
        std::array<char, 65536> block{};
        ssize_t got = 0;
        while (output_.is_open() && answer_.size() <= largest_answer &&
               (got = ::read(output_.number(), block.data(), block.size())) != 0) {
            if (got < 0) {
                return;
            }
            answer_.append(block.data(), static_cast<std::size_t>(got));
        }
        output_.close();  // At its end it would stay readable and keep poll from waiting.
    }

    DescribedLibrary answer(const ExitStatus& status) {
        if (status.signal) {
            return plugin_error(ErrorKind::unavailable,
                                file_,
                                "crashed while being described: " + status.text() + ".");
        }
        const auto json = parse_json(answer_);
        if (!json || !json.value().is_object()) {
            return plugin_error(ErrorKind::unavailable,
                                file_,
                                "ended drover-agent while being described: " + status.text() +
                                    ", without an answer.");
        }
        const auto error = value_or<std::string>(json.value(), "error", "");
        if (!error.empty()) {
            return Error{ErrorKind::invalid, error};
        }
        auto description = library_description_from_json(json.value());
        if (!description) {
            return description.error().within(file_.string());
        }
        return std::make_shared<const LibraryDescription>(std::move(description.value()));
    }

    /// Kills the child and what its plugin may have started.
    void end_session() {
        if (child_.pid <= 0) {
            return;
        }
        if (!is_reaped_) {
            send_signal(child_, SIGKILL);
        }
        for (const pid_t member : members_of_session(child_.pid)) {
            ::kill(member, SIGKILL);
        }
        if (!is_reaped_) {
            static_cast<void>(wait_for_exit(child_, std::chrono::seconds(2)));
        }
    }

    std::size_t index_;
    std::filesystem::path file_;
    std::chrono::nanoseconds longest_;
    Monotonic deadline_;
    FileDescriptor output_;
    Child child_;
    bool is_reaped_ = false;
    std::string answer_;
};

/// Waits until one of the children has something to say or is out of time.
void wait_for_any(const std::vector<std::unique_ptr<DescribingChild>>& running) {
    std::vector<pollfd> waits;
    Monotonic next = Monotonic::max();
    for (const auto& child : running) {
        for (const pollfd& wait : child->waits()) {
            waits.push_back(wait);
        }
        next = std::min(next, child->deadline());
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - monotonic_now()).count();
    static_cast<void>(::poll(waits.data(), waits.size(), std::max(0, static_cast<int>(left))));
}

/// Describes the files that the cache does not know.
class Describer {
public:
    Describer(const std::vector<std::filesystem::path>& files, const DescribeOptions& options)
        : files_(&files), options_(&options), answers_(files.size()) {
        if (options.cache) {
            cache_.emplace(*options.cache);
        }
    }

    std::vector<DescribedLibrary> run() {
        std::size_t next = 0;
        while (next < files_->size() || !running_.empty()) {
            while (next < files_->size() && running_.size() < most_at_once) {
                begin(next++);
            }
            if (!running_.empty()) {
                wait_for_any(running_);
                collect();
            }
        }
        std::vector<DescribedLibrary> result;
        for (auto& answer : answers_) {
            result.push_back(std::move(*answer));
        }
        return result;
    }

private:
    void begin(std::size_t index) {
        const std::filesystem::path& file = files_->at(index);
        if (auto known = cache_ ? cache_->find(file) : std::nullopt) {
            answers_[index] =
                DescribedLibrary(std::make_shared<const LibraryDescription>(std::move(*known)));
            return;
        }
        if (auto failure = cache_ && options_->failures == Failures::take
                               ? cache_->take_failure(file)
                               : std::nullopt) {
            answers_[index] = DescribedLibrary(std::move(*failure));
            return;
        }
        auto child = std::make_unique<DescribingChild>(index, file, options_->longest);
        if (const auto started = child->start(options_->agent_program); !started) {
            answers_[index] = DescribedLibrary(started.error());
            return;
        }
        running_.push_back(std::move(child));
    }
    void collect() {
        std::erase_if(running_, [&](const auto& child) {
            auto answer = child->step();
            if (!answer) {
                return false;
            }
            if (*answer && cache_) {
                cache_->keep(child->file(), *answer->value());
            } else if (cache_ && options_->failures == Failures::keep) {
                cache_->keep_failure(child->file(), answer->error());
            }
            answers_[child->index()] = std::move(answer);
            return true;
        });
    }

    const std::vector<std::filesystem::path>* files_;
    const DescribeOptions* options_;
    std::optional<DescriptionCache> cache_;
    std::vector<std::optional<DescribedLibrary>> answers_;
    std::vector<std::unique_ptr<DescribingChild>> running_;
};

}  // namespace

DescribedLibrary describe_in_child(const std::filesystem::path& file,
                                   const DescribeOptions& options) {
    return std::move(describe_in_children({file}, options).front());
}

std::vector<DescribedLibrary> describe_in_children(const std::vector<std::filesystem::path>& files,
                                                   const DescribeOptions& options) {
    return Describer(files, options).run();
}

}  // namespace drover
