#include "plugin/library_description.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "plugin/plugin_library.hpp"

namespace drover {
namespace {

using testing::HasSubstr;

LibraryDescription good() {
    return PluginLibrary::load(std::filesystem::path(DROVER_TEST_PLUGINS) / "good.so")
        .value()
        ->description();
}

TEST(LibraryDescription, survives_the_way_through_json) {
    const Json written = to_json(good());
    const auto read = library_description_from_json(parse_json(to_line(written)).value());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(to_json(read.value()), written);
}

TEST(LibraryDescription, is_refused_when_a_key_is_missing) {
    for (const char* key : {"file", "build_id", "agents", "abi_major"}) {
        Json json = to_json(good());
        json.erase(key);
        EXPECT_THAT(library_description_from_json(json).error().message,
                    HasSubstr("Not a library description"))
            << key;
    }
    EXPECT_FALSE(library_description_from_json(Json::array()));
}

TEST(ChoiceOfAgent, takes_the_only_one_and_names_them_otherwise) {
    LibraryDescription library = good();
    EXPECT_EQ(choose_agent(library, "second").value()->name, "second");
    EXPECT_EQ(choose_agent(library, "").error().message,
              "The plugin has several agents; choose one with `agent:` ('first', 'second').");
    EXPECT_EQ(choose_agent(library, "frist").error().message,
              "The plugin has no agent 'frist'; it has 'first', 'second'. Did you mean 'first'?");
    library.agents.pop_back();
    EXPECT_EQ(choose_agent(library, "").value()->name, "first");
}

}  // namespace
}  // namespace drover
