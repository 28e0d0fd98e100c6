#include "config/faults_json.hpp"

#include <gtest/gtest.h>

#include "base/json_value.hpp"

namespace drover {
namespace {

TEST(FaultsJson, holds_place_and_sentence_of_each_in_their_order) {
    EXPECT_EQ(to_json({{{"agents.yaml", 14, 7}, "one"}, {{"other.yaml"}, "two"}}), Json::parse(R"([
        {"file": "agents.yaml", "line": 14, "column": 7, "message": "one"},
        {"file": "other.yaml", "line": 0, "column": 0, "message": "two"}])"));
    EXPECT_EQ(to_json(std::vector<Fault>()), Json::array()) << "never null";
}

}  // namespace
}  // namespace drover
