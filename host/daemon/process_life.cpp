#include "daemon/process_life.hpp"

#include <utility>

namespace drover {

Result<std::unique_ptr<ProcessLife>> begin_life(const LifeRequest& request, RotatingLog& log) {
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
    launch_request.environment = {request.mark};
    launch_request.output = output.value().writing.number();
    launch_request.errors = errors.value().writing.number();
    launch_request.channel = sockets.value().theirs.number();
    launch_request.page = page.value().descriptor();
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
                                                     {}});
    life->outputs.push_back(std::make_unique<OutputPipe>(
        std::move(output.value().reading), LogSource{request.unit, pid, "stdout"}, log));
    life->outputs.push_back(std::make_unique<OutputPipe>(
        std::move(errors.value().reading), LogSource{request.unit, pid, "stderr"}, log));
    return life;
}

}  // namespace drover
