/// Documents as text.
#include "command/outline.hpp"

#include <gtest/gtest.h>

#include "base/json_value.hpp"

namespace drover::test {

TEST(Outline, aligns_keys_nests_objects_and_makes_tables_of_records) {
    const Json document = parse_json(R"({
        "name": "risk", "restarts": 2, "pid": null, "depends_on": ["data", "broker"],
        "last_exit": {"code": null, "text": "killed by SIGKILL"},
        "ports": [{"name": "orders", "directions": ["out"]}, {"name": "bars", "note": "x"}],
        "nothing": []})")
                              .value();
    EXPECT_EQ(outline_of(document),
              "name:       risk\n"
              "restarts:   2\n"
              "pid:        -\n"
              "depends_on: data, broker\n"
              "last_exit:\n"
              "  code: -\n"
              "  text: killed by SIGKILL\n"
              "ports:\n"
              "  NAME    DIRECTIONS  NOTE\n"
              "  orders  out         -\n"
              "  bars    -           x\n"
              "nothing:    -\n");
}

TEST(Outline, keeps_a_value_of_several_lines_on_one) {
    EXPECT_EQ(outline_of(Json({{"text", "one\ntwo"}})), "text: one two\n");
}

}  // namespace drover::test
