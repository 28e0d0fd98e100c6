/// Names the frames of a captured stack for `drover describe`: reads one line of JSON on descriptor
/// 3, answers with one. A program of its own, so that no other one loads the reader of debug files.
#include <cstdio>
#include <string_view>

#include <poll.h>

#include "base/file_descriptor.hpp"
#include "base/json_value.hpp"
#include "base/line_channel.hpp"
#include "symbols/frame_names.hpp"

namespace {

constexpr int channel_descriptor = 3;

std::string answer_to(const drover::Json& request) {
    std::vector<drover::FramePlace> places;
    for (const drover::Json& frame :
         drover::value_or<drover::Json>(request, "frames", drover::Json::array())) {
        places.push_back({drover::value_or<std::string>(frame, "module", ""),
                          drover::value_or<std::uint64_t>(frame, "offset", 0),
                          drover::value_or<bool>(frame, "is_return", true)});
    }
    drover::Json names = drover::Json::array();
    for (const drover::FrameName& name : drover::names_of(places)) {
        names.push_back({{"function", name.function}, {"file", name.file}, {"line", name.line}});
    }
    return drover::to_line({{"names", std::move(names)}});
}

int serve() {
    drover::LineChannel channel{drover::FileDescriptor(channel_descriptor)};
    while (!channel.is_ended()) {
        pollfd waiting{channel.descriptor(), POLLIN, 0};
        (void)::poll(&waiting, 1, -1);
        for (const std::string& line : channel.read_lines()) {
            const auto request = drover::parse_json(line);
            channel.write_line(answer_to(request ? request.value() : drover::Json::object()));
            while (channel.has_unsent() && !channel.is_ended()) {
                waiting.events = POLLOUT;
                (void)::poll(&waiting, 1, -1);
                channel.flush();
            }
            return 0;
        }
    }
    return 1;
}

}  // namespace

int main(int count, char** arguments) {
    if (count > 1 && std::string_view(arguments[1]) == "--serve") {
        return serve();
    }
    (void)std::fputs(
        "drover-backtrace is started by `drover describe`; it has nothing to do on its own.\n",
        stderr);
    return 2;
}
