#include "command/generate_verb.hpp"

#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "base/result.hpp"
#include "command/exit_code.hpp"
#include "process/programs_folder.hpp"

namespace drover {

int run_generate(const std::vector<std::string>& arguments) {
    const std::string program = programs_folder() / "drover-generate";
    std::vector<std::string> words{"drover-generate"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (std::string& word : words) {
        pointers.push_back(word.data());
    }
    pointers.push_back(nullptr);
    ::execv(program.c_str(), pointers.data());
    return report({ErrorKind::invalid,
                   program + " cannot be started: " + std::strerror(errno) +
                       ". It belongs beside drover; install or build it again."});
}

}  // namespace drover
