#include "plugin/describe_output.hpp"

#include <string>

#include <unistd.h>

#include "base/file_descriptor.hpp"
#include "base/json_value.hpp"
#include "plugin/plugin_library.hpp"

namespace drover {
namespace {

void write_all(int descriptor, const std::string& text) {
    std::size_t written = 0;
    while (written < text.size()) {
        const ssize_t wrote = ::write(descriptor, text.data() + written, text.size() - written);
        if (wrote <= 0) {
            return;
        }
        written += static_cast<std::size_t>(wrote);
    }
}

}  // namespace

int describe_to_output(const std::filesystem::path& file) {
    // A plugin's constructors may print; our answer must stay alone on standard output.
    const FileDescriptor answer(::dup(STDOUT_FILENO));
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
    const auto library = PluginLibrary::load(file);
    if (library) {
        write_all(answer.number(), to_line(to_json(library.value()->description())) + "\n");
        return 0;
    }
    write_all(answer.number(), to_line(Json{{"error", library.error().message}}) + "\n");
    return 1;
}

}  // namespace drover
