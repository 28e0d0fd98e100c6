// What the control socket's methods take, and what they say to anything else.
#include "daemon/control_parameters.hpp"

#include <gtest/gtest.h>

#include "base/json_value.hpp"

namespace drover {
namespace {

/// The code and the sentence; empty where the call can be understood.
std::string fault(const std::string& method, const Json& params) {
    const auto found = fault_in_call(method, params);
    return found ? std::to_string(found->code) + " " + found->message : "";
}

TEST(ControlParameters, are_those_of_the_documents) {
    EXPECT_EQ(fault("status", Json::object()), "");
    EXPECT_EQ(fault("stop", {{"names", {"risk"}}, {"by", "me"}}), "");
    EXPECT_EQ(fault("shutdown", {{"now", true}, {"by", "me"}}), "");
    EXPECT_EQ(fault("apply", {{"file", "/a.yaml"}, {"dry_run", true}, {"saved", false}}), "");
    EXPECT_EQ(fault("apply", {{"file", nullptr}, {"rollback", 1}}), "");
    EXPECT_EQ(fault("upgrade",
                    {{"name", "a"},
                     {"file", "/a.so"},
                     {"trial_ms", 5},
                     {"rehearsal", false},
                     {"by", "me"}}),
              "");
    EXPECT_EQ(fault("request", {{"agent", "a"}, {"port", "p"}, {"body", "1"}, {"timeout_ms", 5}}),
              "");
}

TEST(ControlParameters, that_are_unknown_are_refused_by_every_method) {
    for (const char* method :
         {"status",  "start",    "stop",   "restart", "shutdown",     "apply",     "applied",
          "scale",   "describe", "graph",  "tap",     "record",       "recording", "request",
          "servers", "log",      "signal", "upgrade", "upgrade_self", "ping"}) {
        const std::string said = fault(method, {{"sing", true}});
        EXPECT_EQ(said.find("-32602 '" + std::string(method) + "' has no parameter 'sing'."), 0U)
            << said;
    }
    EXPECT_EQ(fault("shutdown", {{"nwo", true}}),
              "-32602 'shutdown' has no parameter 'nwo'. Did you mean 'now'?");
    EXPECT_EQ(fault("shutdown", {{"gracefully", true}}),
              "-32602 'shutdown' has no parameter 'gracefully'. It takes 'now', 'by'.");
    EXPECT_EQ(fault("ping", {{"loud", true}}),
              "-32602 'ping' has no parameter 'loud'. It takes none.");
}

TEST(ControlParameters, of_another_type_are_refused) {
    EXPECT_EQ(fault("shutdown", {{"now", "yes"}}), "-32602 'now' must be true or false.");
    EXPECT_EQ(fault("upgrade", {{"rehearsal", "no"}}), "-32602 'rehearsal' must be true or false.");
    EXPECT_EQ(fault("stop", {{"names", "risk"}}),
              "-32602 'names' must be a list of agents' names.");
    EXPECT_EQ(fault("stop", {{"names", {"risk", 5}}}),
              "-32602 'names' must be a list of agents' names.");
    EXPECT_EQ(fault("scale", {{"name", 5}}), "-32602 'name' must be a text.");
    EXPECT_EQ(fault("signal", {{"signal", 1.5}}), "-32602 'signal' must be a whole number.");
}

TEST(ControlParameters, belong_to_a_method_that_there_is) {
    EXPECT_EQ(fault("statsu", Json::object()),
              "-32601 There is no method 'statsu'. Did you mean 'status'?");
}

}  // namespace
}  // namespace drover
