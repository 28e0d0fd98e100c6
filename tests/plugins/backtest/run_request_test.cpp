// What a request to the runner may ask for.
#include "backtest/run_request.hpp"

#include <functional>

#include <gmock/gmock.h>

#include <drover/agent.hpp>

namespace drover {
namespace {

using ::testing::HasSubstr;

std::string refusal(const std::function<void()>& read) {
    try {
        read();
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.status(), DROVER_E_INVALID);
        return failure.what();
    }
    return "no refusal";
}
std::string run_refusal(std::string_view json) {
    return refusal([json] { static_cast<void>(read_run_request(json)); });
}
std::string cancel_refusal(std::string_view json) {
    return refusal([json] { static_cast<void>(read_cancel_request(json)); });
}

TEST(RunRequest, is_the_whole_of_the_fleets_own_file_by_default) {
    EXPECT_EQ(read_run_request("").simulation, "{}");
    EXPECT_EQ(read_run_request("{}").simulation, "{}");
    EXPECT_EQ(read_run_request("{}").label, "");
}

TEST(RunRequest, hands_file_range_and_changes_on) {
    const RunRequest request = read_run_request(
        R"({"label": "slow", "file": "x.yaml", "from": "2000-01-03", "to": "2001-01-03",
            "set": ["a.b=1", "a.c=text"]})");
    EXPECT_EQ(request.label, "slow");
    EXPECT_EQ(
        request.simulation,
        R"({"file":"x.yaml","from":"2000-01-03","set":["a.b=1","a.c=text"],"to":"2001-01-03"})");
}

TEST(RunRequest, takes_changes_as_a_map_of_values_too) {
    EXPECT_EQ(read_run_request(R"({"set": {"p.crossover.fast": 50, "m.file": "a b.csv", "r.x": null,
                                     "r.limits": {"max": 1.5}, "r.on": true}})")
                  .simulation,
              R"({"set":["m.file=\"a b.csv\"","p.crossover.fast=50","r.limits={\"max\":1.5}",)"
              R"("r.on=true","r.x=null"]})");
}

TEST(RunRequest, is_refused_with_the_key_at_fault_and_what_to_write) {
    EXPECT_THAT(run_refusal("nonsense"), HasSubstr("is no JSON object"));
    EXPECT_THAT(run_refusal("[]"), HasSubstr("write {\"from\""));
    EXPECT_THAT(run_refusal(R"({"form": "2000-01-03"})"), HasSubstr("'form' is not known"));
    EXPECT_THAT(run_refusal(R"({"from": 2000})"), HasSubstr("'from' takes a text"));
    EXPECT_THAT(run_refusal(R"({"file": ""})"), HasSubstr("'file' takes a text"));
    EXPECT_THAT(run_refusal(R"({"set": 1})"), HasSubstr("'set' takes {\"AGENT.KEY\": VALUE}"));
    EXPECT_THAT(run_refusal(R"({"set": [1]})"), HasSubstr("and this is 1"));
    EXPECT_THAT(run_refusal(R"({"set": {"fast": 1}})"), HasSubstr("write AGENT.KEY"));
    EXPECT_THAT(run_refusal(R"({"label": ""})"), HasSubstr("1 to 64 bytes"));
    EXPECT_THAT(run_refusal(R"({"label": ")" + std::string(65, 'x') + "\"}"), HasSubstr("label"));
}

TEST(CancelRequest, names_a_run_by_number_or_label) {
    EXPECT_EQ(read_cancel_request(R"({"run": 3})").run, 3U);
    EXPECT_EQ(read_cancel_request(R"({"label": "slow"})").label, "slow");
    for (const char* json :
         {"", "{}", R"({"run": "3"})", R"({"run": -1})", R"({"run": 1, "label": "x"})"}) {
        EXPECT_THAT(cancel_refusal(json), HasSubstr("write {\"run\": 3}")) << json;
    }
}

}  // namespace
}  // namespace drover
