#include "scenarios/recorder_program.hpp"

#include <csignal>
#include <utility>

#include <gtest/gtest.h>

#include "base/json_value.hpp"

namespace drover::scenarios {

Program started_recorder(const FleetUnderTest& fleet, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "record");
    Program recorder = fleet.start_drover(std::move(arguments));
    EXPECT_TRUE(eventually([&] {
        return recorder.errors().find("Recording into") != std::string::npos;
    })) << recorder.errors();
    return recorder;
}

RecorderProgram::RecorderProgram(const FleetUnderTest& fleet)
    : fleet_(fleet), program_(started_recorder(fleet, {"-O", file()})) {}

void RecorderProgram::finish() {
    program_.send_signal(SIGINT);
    ASSERT_TRUE(program_.wait_for_end(patience)) << program_.errors();
    ASSERT_EQ(program_.exit_code(), 0) << program_.errors();
    fleet_.down();
}

Json RecorderProgram::asked(std::vector<std::string> arguments, int expected) const {
    arguments.insert(arguments.end(), {"-o", "json"});
    const ProgramResult result = fleet_.drover(std::move(arguments));
    EXPECT_EQ(result.exit_code, expected) << result.text();
    const auto answer = parse_json(result.output);
    return answer ? answer.value() : Json::object();
}

}  // namespace drover::scenarios
