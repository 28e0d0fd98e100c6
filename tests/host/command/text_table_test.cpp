/// Columns and widths.
#include "command/text_table.hpp"

#include <gtest/gtest.h>

namespace drover::test {

TEST(TextTable, aligns_texts_to_the_left_and_numbers_to_the_right) {
    TextTable table({{"NAME"}, {"COUNT", true}, {"WHY"}});
    table.add({"risk", "7", "so"});
    table.add({"market-data", "1234567", ""});
    EXPECT_EQ(table.text(0),
              "NAME           COUNT  WHY\n"
              "risk               7  so\n"
              "market-data  1234567\n");
}

TEST(TextTable, leaves_out_the_most_dispensable_columns_first) {
    TextTable table({{"NAME"}, {"FIRST", true, 2}, {"SECOND", true, 1}, {"WHY"}});
    table.add({"risk", "1", "2", "ten chars!"});
    EXPECT_EQ(table.text(24), "NAME  SECOND  WHY\nrisk       2  ten chars!\n");
    EXPECT_EQ(table.text(16), "NAME  WHY\nrisk  ten chars!\n");
}

TEST(TextTable, cuts_what_still_does_not_fit_between_characters) {
    TextTable table({{"NAME"}, {"WHY"}});
    table.add({"risk", "größer als erlaubt"});
    EXPECT_EQ(table.text(12), "NAME  WHY\nrisk  größe…\n");
}

TEST(TextTable, counts_characters_not_bytes) {
    EXPECT_EQ(character_count("größe"), 5U);
}

}  // namespace drover::test
