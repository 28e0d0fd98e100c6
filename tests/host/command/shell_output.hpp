/// What shell commands write.
#pragma once

#include <array>
#include <cstdio>
#include <memory>
#include <string>

namespace drover::test {

/// What `command` writes to its standard output.
inline std::string shell_output(const std::string& command) {
    std::string text;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"),
                                                               ::pclose);
    std::array<char, 4096> part{};
    while (pipe && std::fgets(part.data(), part.size(), pipe.get()) != nullptr) {
        text += part.data();
    }
    return text;
}

}  // namespace drover::test
