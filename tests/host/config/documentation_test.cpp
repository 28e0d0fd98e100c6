// Holds docs/agents.schema.json and docs/agents_yaml.md against the keys that the parser knows.
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_value.hpp"
#include "config/keys.hpp"

namespace drover {
namespace {

std::string read_file(const std::string& path) {
    std::ifstream stream(path);
    return {std::istreambuf_iterator<char>(stream), {}};
}

Json schema() {
    return parse_json(read_file(DROVER_DOCS "/agents.schema.json")).value();
}

std::vector<std::string> keys_of(const Json& map) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : map.at("properties").items()) {
        keys.push_back(key);
    }
    return keys;
}

struct Documented {
    Section section;
    const char* pointer;  ///< Of the map in the schema.
};

constexpr Documented documented[] = {
    {Section::fleet, ""},
    {Section::clock, "/properties/clock/oneOf/1"},
    {Section::defaults, "/properties/defaults"},
    {Section::backoff, "/definitions/backoff"},
    {Section::restart_limit, "/definitions/restart_limit"},
    {Section::heartbeat, "/definitions/heartbeat"},
    {Section::shutdown, "/definitions/shutdown"},
    {Section::log, "/definitions/log"},
    {Section::durable_log, "/properties/log"},
    {Section::limits, "/definitions/limits"},
    {Section::quota, "/definitions/quota"},
    {Section::sandbox, "/definitions/agent/properties/sandbox/oneOf/1"},
    {Section::topic_rule, "/definitions/topic_rule"},
    {Section::agent, "/definitions/agent"},
    {Section::dependency, "/definitions/dependency"},
    {Section::schedule, "/definitions/schedule"},
    {Section::distribution, "/definitions/distribution/oneOf/1"},
};

TEST(AgentsSchema, has_exactly_the_keys_of_the_parser) {
    const Json root = schema();
    for (const Documented& entry : documented) {
        const auto known = known_keys(entry.section);
        const Json& map = root.at(Json::json_pointer(entry.pointer));
        EXPECT_THAT(keys_of(map), testing::UnorderedElementsAreArray(known.begin(), known.end()))
            << entry.pointer;
        EXPECT_EQ(map.at("additionalProperties"), false) << entry.pointer;
    }
}

TEST(AgentsPage, explains_every_key) {
    const std::string page = read_file(DROVER_DOCS "/agents_yaml.md");
    for (const Documented& entry : documented) {
        for (const std::string& key : known_keys(entry.section)) {
            EXPECT_THAT(page, testing::HasSubstr("`" + key + "`"));
        }
    }
}

}  // namespace
}  // namespace drover
