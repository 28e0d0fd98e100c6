#include "command/guarded_run.hpp"

#include <filesystem>
#include <system_error>

#include "command/exit_code.hpp"

namespace drover {

int run_guarded(const std::function<int()>& run) {
    try {
        return run();
    } catch (const std::filesystem::filesystem_error& fault) {
        std::error_code gone;
        (void)std::filesystem::current_path(gone);
        return report({ErrorKind::invalid,
                       gone ? "The working directory cannot be found (" + gone.message() +
                                  "): change into a folder that exists."
                            : "'" + fault.path1().string() +
                                  "' cannot be reached: " + fault.code().message() + "."});
    }
}

}  // namespace drover
