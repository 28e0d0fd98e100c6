// Files of generated bars: the bytes of a seed, and what happens to a file that is there.
#include "bar_generator/generated_file.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <gmock/gmock.h>
#include <unistd.h>

namespace drover {
namespace {

using ::testing::HasSubstr;

std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// FNV-1a, 64 bits.
std::uint64_t fingerprint(const std::string& bytes) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char byte : bytes) {
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3ULL;
    }
    return hash;
}

struct GeneratedFile : ::testing::Test {
    GeneratedFile() {
        std::string name = ::testing::TempDir() + "generated-XXXXXX";
        folder = ::mkdtemp(name.data());
        options.count = "1000";
    }
    ~GeneratedFile() override { std::filesystem::remove_all(folder); }

    [[nodiscard]] std::string path() const { return folder / "bars.csv"; }
    void generate(bool overwrite = false) const {
        write_generated_file(read_generate_settings(options), path(), overwrite);
    }
    [[nodiscard]] std::string failure(const std::string& where, bool overwrite = false) const {
        try {
            write_generated_file(read_generate_settings(options), where, overwrite);
        } catch (const std::runtime_error& fault) {
            return fault.what();
        }
        return "";
    }

    std::filesystem::path folder;
    GenerateOptions options;
};

TEST_F(GeneratedFile, begins_with_these_bytes) {
    options.count = "3";
    generate();
    EXPECT_EQ(bytes_of(path()),
              "time,open,high,low,close,volume\n"
              "2020-01-02T00:00:00Z,100.00,100.00,99.96,99.96,1031\n"
              "2020-01-02T00:01:00Z,99.96,100.01,99.96,100.01,838\n"
              "2020-01-02T00:02:00Z,100.01,100.01,99.99,100.00,1010\n");
}

/// Whoever wrote down a seed relies on them: a change here is a change of the promise.
TEST_F(GeneratedFile, has_the_same_bytes_on_every_machine_and_compiler) {
    struct Case {
        const char* count;
        const char* interval;
        const char* seed;
        const char* price;
        std::uint64_t fingerprint;
    };
    const Case cases[] = {
        {"100000", "1m", "1", "100.00", 0xE1351C97762E1C57ULL},
        {"100000", "1m", "7", "3257.85", 0x7FD0BDE31F0F441CULL},
        {"50000", "1d", "18446744073709551615", "1.00", 0x9CB336EF7CC9E55EULL},
        {"100000", "1s", "42", "1000000.00", 0x04C186155E2D4FBAULL},
        {"500", "20w", "0", "64.64", 0xD8A735FED0FB72FEULL},
    };
    for (const Case& golden : cases) {
        options.count = golden.count;
        options.interval = golden.interval;
        options.seed = golden.seed;
        options.price = golden.price;
        generate(true);
        EXPECT_EQ(fingerprint(bytes_of(path())), golden.fingerprint)
            << golden.count << " bars of " << golden.interval << ", seed " << golden.seed;
    }
}

TEST_F(GeneratedFile, is_left_alone_where_one_is_there_already) {
    std::ofstream(path()) << "mine";
    EXPECT_THAT(failure(path()), HasSubstr("bars.csv is there already; --force replaces it"));
    EXPECT_EQ(bytes_of(path()), "mine");
    generate(true);
    EXPECT_THAT(bytes_of(path()), HasSubstr("2020-01-02T00:00:00Z"));
}

TEST_F(GeneratedFile, leaves_nothing_but_itself_in_its_folder) {
    generate();
    const std::filesystem::directory_iterator entries(folder);
    EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
}

TEST_F(GeneratedFile, that_cannot_be_written_is_named_with_the_cause) {
    EXPECT_THAT(failure(folder / "missing" / "bars.csv"), HasSubstr("No such file or directory"));
    EXPECT_THAT(failure(folder), HasSubstr("is a folder"));
    EXPECT_THAT(failure("/dev/full"), HasSubstr("No space left on device"));
    EXPECT_EQ(failure("/dev/null"), "");
    EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"))
        << "it is written to, not replaced";
}

}  // namespace
}  // namespace drover
