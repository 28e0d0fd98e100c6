/// A shell script as a process to launch.
#pragma once

#include <string>

#include "process/launcher.hpp"

namespace drover {

inline LaunchRequest shell(const std::string& script) {
    LaunchRequest request;
    request.program = "/bin/sh";
    request.arguments = {"-c", script};
    return request;
}

}  // namespace drover
