/// What a child writes to its standard outputs, on its way to a log file.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/file_descriptor.hpp"
#include "daemon/agent_log.hpp"

namespace drover {

/// The reading end of one stream of one child. Takes a little in each turn, so that a child that
/// floods its output is slowed by its pipe and starves nobody.
class OutputPipe {
public:
    /// Takes over a non-blocking pipe. `log` is lent and must live longer.
    OutputPipe(FileDescriptor pipe, LogSource source, AgentLog& log);

    /// Has each line shown to `handler` as well, before it is logged. One handler, or none.
    void show_lines_to(std::function<void(std::string_view line)> handler) {
        handler_ = std::move(handler);
    }

    [[nodiscard]] int descriptor() const { return pipe_.number(); }
    /// Logs what has arrived, a bounded part of it. Returns false once the stream has ended.
    bool read_some();
    /// Logs what is still in the pipe, without waiting, and the last line without its end.
    void finish();

private:
    /// Reads once; returns whether anything came. Sets ended_.
    bool read_block();
    void log_lines();
    void log_line(std::string_view line);

    FileDescriptor pipe_;
    LogSource source_;
    AgentLog* log_;
    std::function<void(std::string_view)> handler_;
    std::string unfinished_;
    bool ended_ = false;
};

/// A pipe whose reading end does not block. Both ends are close-on-exec.
struct Pipe {
    FileDescriptor reading;
    FileDescriptor writing;
};
[[nodiscard]] Result<Pipe> make_pipe();

}  // namespace drover
