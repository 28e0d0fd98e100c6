/// A child that gets one JSON line on descriptor 3 and may send one back.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/line_channel.hpp"
#include "base/result.hpp"
#include "process/launcher.hpp"

namespace drover {

/// Started, asked, and waited for. The child dies with this process; Ctrl-C reaches it because it
/// stays in the same session.
class ChildWithRequest {
public:
    /// Starts `PROGRAM VERB`, with this program's own standard output and error, and hands it
    /// `request`. `page`: the descriptor of a status page for it; -1: none.
    [[nodiscard]] static Result<ChildWithRequest> start(const std::string& verb,
                                                        const Json& request,
                                                        const std::string& program = "drover-agent",
                                                        int page = -1);

    /// Waits for one line from the child; nothing when it ends without one. Lines of progress that
    /// come before it ({"progress": {…}}) are handed to `on_progress`, the inner object of each.
    /// `on_look`, where it is given, is called a few times a second.
    [[nodiscard]] std::optional<std::string> wait_for_answer(
        const std::function<void(const Json&)>& on_progress = {},
        const std::function<void()>& on_look = {});
    [[nodiscard]] pid_t pid() const { return child_.pid; }
    /// Waits for the end of the child.
    [[nodiscard]] ExitStatus wait_for_exit();
    /// From now on SIGINT to this process ends the child by SIGINT, also when it was sent to this
    /// process alone and not, as by Ctrl-C, to both. For one child of the process.
    void pass_on_interrupt() const;

private:
    ChildWithRequest(Child child, FileDescriptor channel);

    Child child_;
    LineChannel lines_;
};

}  // namespace drover
