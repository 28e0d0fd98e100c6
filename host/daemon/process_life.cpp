#include "daemon/process_life.hpp"

#include <utility>

#include "base/clock.hpp"

namespace drover {

Result<std::unique_ptr<ProcessLife>> begin_life(const LifeRequest& request, AgentLog& log) {
    auto page = StatusPage::create();
    if (!page) {
        return page.error();
    }
    auto sockets = make_socket_pair();
    if (!sockets) {
        return sockets.error();
    }
    auto output = make_pipe();
    auto errors = make_pipe();
    if (!output || !errors) {
        return output ? errors.error() : output.error();
    }
    LaunchRequest launch_request;
    launch_request.program = request.program;
    launch_request.arguments = request.arguments;
    launch_request.environment = request.environment;
    launch_request.environment.push_back(request.mark);
    launch_request.output = output.value().writing.number();
    launch_request.errors = errors.value().writing.number();
    launch_request.channel = sockets.value().theirs.number();
    launch_request.page = page.value().descriptor();
    launch_request.limits = request.limits.process;
    launch_request.sandbox = request.limits.sandbox;
    auto child = launch(launch_request);
    if (!child) {
        return child.error();
    }
    const pid_t pid = child.value().pid;
    auto life =
        std::unique_ptr<ProcessLife>(new ProcessLife{request.unit,
                                                     std::move(child.value()),
                                                     LineChannel(std::move(sockets.value().ours)),
                                                     std::move(page.value()),
                                                     HangWatch(request.hang_timeout),
                                                     {},
                                                     {},
                                                     {}});
    const auto add_output = [&](Pipe& pipe, const char* stream) {
        const LogSource source{request.unit, pid, stream, request.run, request.life};
        life->outputs.push_back(std::make_unique<OutputPipe>(std::move(pipe.reading), source, log));
    };
    add_output(output.value(), "stdout");
    add_output(errors.value(), "stderr");
    life->started = monotonic_now();
    life->source = {request.unit, pid, "droverd", request.run, request.life};
    log.hide(request.secrets);
    log.begin_life();
    log.note(life->source, "info", "life " + std::to_string(request.life) + " begins");
    log.flush();
    return life;
}

}  // namespace drover
