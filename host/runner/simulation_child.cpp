#include "runner/simulation_child.hpp"

#include <csignal>
#include <string_view>
#include <utility>

#include <sys/resource.h>

#include "base/logging.hpp"
#include "process/nonblocking_pipe.hpp"
#include "process/process_tree.hpp"

namespace drover {
namespace {

/// Of `nice`: half way down.
constexpr int low_priority = 10;
constexpr int progress_descriptor = 3;
constexpr std::size_t most_in_one_turn = std::size_t{256} << 10U;
/// What fits into one message, with room for what an agent adds.
constexpr std::size_t largest_document = (std::size_t{4} << 20U) - 4096;
constexpr std::size_t most_complaints = std::size_t{16} << 10U;
constexpr std::size_t longest_sentence = 2000;
constexpr auto time_to_die = std::chrono::seconds(1);

void keep_end(std::string& text, std::size_t most) {
    if (text.size() > most) {
        text.erase(0, text.size() - most);
    }
}

}  // namespace

std::string sentences_of(const std::string& error_output) {
    constexpr std::string_view speaker = "drover: ";
    std::string sentences;
    std::string_view rest = error_output;
    while (!rest.empty()) {
        std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (line.empty() || line.front() == '{' || line.starts_with("warning: ") ||
            line.starts_with("error: ") || line.starts_with("note: ")) {
            continue;
        }
        if (line.starts_with(speaker)) {
            line.remove_prefix(speaker.size());
        }
        sentences += (sentences.empty() ? "" : " ") + std::string(line);
    }
    if (sentences.size() > longest_sentence) {
        sentences.resize(longest_sentence);
        sentences += "...";
    }
    return sentences;
}

Result<std::unique_ptr<SimulationChild>> SimulationChild::start(const SimulationStart& start) {
    auto sockets = make_socket_pair();
    auto output = make_nonblocking_pipe();
    auto errors = make_nonblocking_pipe();
    if (!sockets) {
        return sockets.error();
    }
    if (!output || !errors) {
        return output ? errors.error() : output.error();
    }
    LaunchRequest request;
    request.program = start.program;
    request.arguments = start.arguments;
    request.arguments.push_back("--progress-fd=" + std::to_string(progress_descriptor));
    request.output = output.value().writing.number();
    request.errors = errors.value().writing.number();
    request.channel = sockets.value().theirs.number();
    request.folder = start.folder;
    // In the agent's session: what stops the agent's tree finds it there.
    request.own_session = false;
    auto child = launch(request);
    if (!child) {
        return child.error();
    }
    return std::unique_ptr<SimulationChild>(new SimulationChild(std::move(child.value()),
                                                                std::move(sockets.value().ours),
                                                                std::move(output.value().reading),
                                                                std::move(errors.value().reading)));
}

SimulationChild::SimulationChild(Child child,
                                 FileDescriptor channel,
                                 FileDescriptor output,
                                 FileDescriptor errors)
    : child_(std::move(child)),
      progress_(std::move(channel)),
      output_(std::move(output)),
      errors_(std::move(errors)) {}

SimulationChild::~SimulationChild() {
    kill();
}

void SimulationChild::kill() {
    if (!is_reaped_) {
        send_signal(child_, SIGKILL);
        is_reaped_ = wait_for_exit(child_, time_to_die).has_value();
        if (!is_reaped_) {
            log_warning("Simulation process " + std::to_string(child_.pid) +
                        " was killed and has not ended within a second.");
        }
    }
}

std::vector<int> SimulationChild::descriptors() const {
    std::vector<int> descriptors{child_.watch.number()};
    if (!progress_.is_ended()) {
        descriptors.push_back(progress_.descriptor());
    }
    for (const FileDescriptor* pipe : {&output_, &errors_}) {
        if (pipe->is_open()) {
            descriptors.push_back(pipe->number());
        }
    }
    return descriptors;
}

void SimulationChild::yield() const {
    for (const pid_t simulation : children_of(child_.pid)) {
        (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(simulation), low_priority);
    }
}

void SimulationChild::read_output() {
    read_available(output_, document_, most_in_one_turn);
    read_available(errors_, complaints_, most_in_one_turn);
    keep_end(complaints_, most_complaints);
}

bool SimulationChild::step() {
    if (has_ended()) {
        return false;
    }
    // Asked first, so that what it wrote before its end is read below.
    const auto status = reap(child_);
    is_reaped_ = status.has_value();
    read_output();
    const auto lines = progress_.read_lines();
    if (document_.size() > largest_document) {
        kill();
        newest_ = {DROVER_E_TOO_BIG,
                   "The simulation's document is larger than a message may be (4 MiB)."};
        return true;
    }
    if (status) {
        newest_ = outcome(*status);
        return true;
    }
    if (lines.empty()) {
        return false;
    }
    if (newest_.text.empty()) {
        yield();
    }
    newest_.text = lines.back();
    return true;
}

SimulationAnswer SimulationChild::outcome(const ExitStatus& status) const {
    if (status.is_success() && !document_.empty()) {
        std::string document = document_;
        document.erase(document.find_last_not_of(" \n") + 1);
        return {DROVER_OK, std::move(document)};
    }
    const std::string sentences = sentences_of(complaints_);
    if (status.signal) {
        return {DROVER_E_LOST,
                "The simulation's process was " + status.text() + "." +
                    (sentences.empty() ? "" : " It had said: " + sentences)};
    }
    return {DROVER_E_INVALID,
            sentences.empty()
                ? "The simulation ended with " + status.text() + " and without a result."
                : sentences};
}

}  // namespace drover
