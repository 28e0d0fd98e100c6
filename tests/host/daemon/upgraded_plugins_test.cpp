/// What an upgrade has done is known to the droverd that follows.
#include "daemon/upgraded_plugins.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

UpgradedPlugin upgraded(const std::string& agent) {
    return {agent,
            "/new.so",
            "/old.so",
            "/written.so",
            "42",
            UpgradedPlugin::Stage::trial,
            std::chrono::seconds(60),
            1234,
            "mona",
            "it was slow"};
}

TEST(UpgradedPlugins, are_read_as_they_were_written) {
    const test::ScratchFolder scratch;
    const auto file = scratch.path() / "upgraded.json";
    auto plugins = UpgradedPlugins::open(file);
    ASSERT_TRUE(plugins);
    EXPECT_TRUE(plugins.value().all().empty());
    ASSERT_TRUE(plugins.value().set(upgraded("risk")));
    ASSERT_TRUE(plugins.value().set(upgraded("broker")));
    UpgradedPlugin passed = upgraded("risk");
    passed.stage = UpgradedPlugin::Stage::passed;
    passed.other.reset();
    ASSERT_TRUE(plugins.value().set(passed));
    ASSERT_TRUE(plugins.value().forget("broker"));

    const auto read = UpgradedPlugins::open(file);
    ASSERT_TRUE(read);
    ASSERT_EQ(read.value().all().size(), 1U);
    EXPECT_EQ(read.value().find("broker"), nullptr);
    const UpgradedPlugin* const risk = read.value().find("risk");
    ASSERT_NE(risk, nullptr);
    EXPECT_EQ(risk->file, "/new.so");
    EXPECT_EQ(risk->before, "/old.so");
    EXPECT_EQ(risk->written, "/written.so");
    EXPECT_EQ(risk->mark, "42");
    EXPECT_EQ(risk->stage, UpgradedPlugin::Stage::passed);
    EXPECT_EQ(risk->trial, std::chrono::seconds(60));
    EXPECT_FALSE(risk->other);
    EXPECT_EQ(risk->by, "mona");
    EXPECT_EQ(risk->reason, "it was slow");
}

TEST(UpgradedPlugins, that_cannot_be_understood_name_the_file_to_remove) {
    const test::ScratchFolder scratch;
    const auto file = scratch.path() / "upgraded.json";
    std::ofstream(file) << R"({"plugins": [{"agent": 3}]})";
    const auto read = UpgradedPlugins::open(file);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::invalid);
    EXPECT_NE(read.error().message.find(file.string()), std::string::npos);
    EXPECT_TRUE(UpgradedPlugins::none(file).all().empty());
}

}  // namespace
}  // namespace drover
