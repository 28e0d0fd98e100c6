#include "daemon/process_life.hpp"

#include <utility>

#include "base/clock.hpp"
#include "process/memory_kills.hpp"

namespace drover {

std::string_view text_of(Origin origin) {
    switch (origin) {
        case Origin::exec:
            return "exec";
        case Origin::zygote:
            return "zygote";
        case Origin::spare:
            return "spare";
    }
    return "";
}

LaunchRequest UnbornLife::launch_request() const {
    LaunchRequest launch;
    launch.program = request.program;
    launch.arguments = request.arguments;
    launch.environment = request.environment;
    launch.environment.push_back(request.mark);
    launch.output = output.writing.number();
    launch.errors = errors.writing.number();
    launch.channel = their_channel.number();
    launch.page = page.descriptor();
    launch.dies_with_parent = !request.outlives_supervisor;
    launch.limits = request.limits.process;
    launch.user = request.limits.user;
    launch.sandbox = request.limits.sandbox;
    return launch;
}

std::vector<OpenFile> UnbornLife::open_outputs() const {
    return {open_file(output.reading.number()), open_file(errors.reading.number())};
}

void UnbornLife::close_their_ends() {
    for (FileDescriptor* const end : {&their_channel, &output.writing, &errors.writing}) {
        end->close();
    }
}

Result<UnbornLife> prepare_life(LifeRequest request) {
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
    return UnbornLife{std::move(request),
                      LineChannel(std::move(sockets.value().ours)),
                      std::move(sockets.value().theirs),
                      std::move(page.value()),
                      std::move(output.value()),
                      std::move(errors.value()),
                      {}};
}

std::unique_ptr<ProcessLife> bear_life(UnbornLife unborn, Child child, AgentLog& log) {
    const LifeRequest& request = unborn.request;
    const pid_t pid = child.pid;
    auto life = std::unique_ptr<ProcessLife>(new ProcessLife{request.unit,
                                                             std::move(child),
                                                             std::move(unborn.channel),
                                                             std::move(unborn.page),
                                                             HangWatch(request.hang_timeout),
                                                             {},
                                                             std::move(unborn.link),
                                                             {}});
    const auto add_output = [&](Pipe& pipe, const char* stream) {
        const LogSource source{request.unit, pid, stream, request.run, request.life};
        life->outputs.push_back(std::make_unique<OutputPipe>(std::move(pipe.reading), source, log));
    };
    add_output(unborn.output, "stdout");
    add_output(unborn.errors, "stderr");
    life->mark = request.mark;
    life->started = monotonic_now();
    life->memory_kills_before = count_memory_kills();
    life->source = {request.unit, pid, "droverd", request.run, request.life};
    log.hide(request.secrets);
    log.begin_life();
    log.note(life->source, "info", "life " + std::to_string(request.life) + " begins");
    log.flush();
    life->limits = std::move(unborn.request.limits);
    return life;
}

Result<std::unique_ptr<ProcessLife>> begin_life(LifeRequest request, AgentLog& log) {
    auto unborn = prepare_life(std::move(request));
    if (!unborn) {
        return unborn.error();
    }
    auto child = launch(unborn.value().launch_request());
    if (!child) {
        return child.error();
    }
    return bear_life(std::move(unborn.value()), std::move(child.value()), log);
}

}  // namespace drover
