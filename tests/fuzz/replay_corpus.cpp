/// Gives a fuzz target every file of the folders named: the corpus holds in every build, also
/// without libFuzzer.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "fuzz/fuzz_target.hpp"

int main(int count, char** arguments) {
    int given = 0;
    for (int index = 1; index < count; ++index) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(arguments[index])) {
            if (!entry.is_regular_file()) {
                continue;
            }
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string bytes{std::istreambuf_iterator<char>(file), {}};
            std::printf("%s\n", entry.path().c_str());
            (void)std::fflush(stdout);
            (void)LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                         bytes.size());
            ++given;
        }
    }
    std::printf("%d inputs\n", given);
    return given > 0 ? 0 : 1;
}
