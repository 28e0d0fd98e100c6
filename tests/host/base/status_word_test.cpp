/// The words of the statuses.
#include "base/status_word.hpp"

#include <cctype>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace drover {
namespace {

TEST(StatusWord, is_the_name_of_each_constant_of_the_header) {
    std::ifstream file(DROVER_STATUS_HEADER);
    const std::string header(std::istreambuf_iterator<char>(file), {});
    const std::regex constant(R"(DROVER_E_([A-Z_]+) = (-[0-9]+))");
    std::set<std::string> words;
    for (auto found = std::sregex_iterator(header.begin(), header.end(), constant);
         found != std::sregex_iterator();
         ++found) {
        std::string word = (*found)[1];
        for (char& letter : word) {
            letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        }
        EXPECT_EQ(status_word(std::stoi((*found)[2])), word);
        words.insert(word);
    }
    EXPECT_GE(words.size(), 16U) << "the header was not read";
}

TEST(StatusWord, tells_success_from_failure_for_numbers_that_nobody_knows) {
    EXPECT_EQ(status_word(DROVER_OK), "ok");
    EXPECT_EQ(status_word(DROVER_PENDING), "pending");
    EXPECT_EQ(status_word(4711), "ok");
    EXPECT_EQ(status_word(-4711), "failed");
}

}  // namespace
}  // namespace drover
