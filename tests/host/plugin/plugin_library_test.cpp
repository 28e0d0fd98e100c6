#include "plugin/plugin_library.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <drover/agent.h>

#include "base/file_descriptor.hpp"
#include "base/json_value.hpp"
#include "plugin/describe_output.hpp"
#include "plugin/library_file.hpp"

namespace drover {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

std::filesystem::path plugin(const std::string& name) {
    return std::filesystem::path(DROVER_TEST_PLUGINS) / (name + ".so");
}

/// The sentence with which a test plugin is refused.
std::string refusal(const std::string& name) {
    const auto library = PluginLibrary::load(plugin(name));
    return library ? "was loaded" : library.error().message;
}

/// A file of its own that is removed again.
class TemporaryFile {
public:
    explicit TemporaryFile(std::string_view content) {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "drover-plugin-XXXXXX").string();
        ::close(::mkstemp(pattern.data()));
        path_ = pattern;
        std::ofstream(path_, std::ios::binary) << content;
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        std::error_code error;
        std::filesystem::remove(path_, error);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

TEST(PluginLibrary, describes_what_the_plugin_says) {
    const auto library = PluginLibrary::load(plugin("good"));
    ASSERT_TRUE(library) << library.error().message;
    const LibraryDescription& description = library.value()->description();
    EXPECT_EQ(description.file, plugin("good").string());
    EXPECT_EQ(description.build, "test");
    EXPECT_EQ(description.abi_minor, DROVER_ABI_MINOR);
    EXPECT_THAT(description.agent_names(), ElementsAre("first", "second"));
    const AgentDescription& first = description.agents.at(0);
    EXPECT_EQ(first.version, "1.2.3");
    EXPECT_EQ(first.vendor, "tests");
    EXPECT_EQ(first.state_version, 7U);
    EXPECT_EQ(first.config_example, R"({"fast": 5})");
    ASSERT_THAT(first.ports, SizeIs(3));
    EXPECT_EQ(first.ports[0].name, "out");
    EXPECT_EQ(first.ports[0].topic, "test.out.>");
    EXPECT_EQ(first.ports[0].flags, static_cast<std::uint32_t>(DROVER_PORT_OUT));
    EXPECT_EQ(first.ports[0].type->name, "test.record");
    EXPECT_EQ(first.ports[1].type->encoding, static_cast<std::uint32_t>(DROVER_ENCODING_JSON));
    EXPECT_EQ(first.ports[1].type->json_schema, R"({"type": "object"})");
    EXPECT_EQ(first.ports[1].description, "");
    ASSERT_THAT(first.ports[0].type->fields, SizeIs(3));
    EXPECT_EQ(first.ports[0].type->fields[2].enumerators.at(1).second, "sell");
    EXPECT_THAT(description.agents.at(1).ports, IsEmpty());
}

TEST(PluginLibrary, steps_over_members_of_a_later_sdk) {
    const auto library = PluginLibrary::load(plugin("good"));
    ASSERT_TRUE(library);
    const MessageType& type = *library.value()->description().agents.at(0).ports.at(2).type;
    ASSERT_THAT(type.fields, SizeIs(3));
    EXPECT_EQ(type.fields[1].name, "count");
    EXPECT_EQ(type.fields[1].offset, 8U);
    EXPECT_EQ(type.fields[2].name, "side");
}

TEST(PluginLibrary, lends_the_plugins_own_table_of_an_agent) {
    const auto library = PluginLibrary::load(plugin("good"));
    ASSERT_TRUE(library);
    const auto* const raw = library.value()->raw_agent("second");
    ASSERT_NE(raw, nullptr);
    EXPECT_STREQ(raw->name, "second");
    EXPECT_NE(raw->functions->start, nullptr);
    EXPECT_EQ(library.value()->raw_agent("third"), nullptr);
}

TEST(PluginLibrary, refuses_a_file_that_does_not_exist) {
    const auto library = PluginLibrary::load("/nowhere/x.so");
    EXPECT_EQ(library.error().kind, ErrorKind::not_found);
    EXPECT_EQ(library.error().message,
              "Plugin '/nowhere/x.so' cannot be opened: No such file or directory.");
}

TEST(PluginLibrary, refuses_what_is_no_library) {
    const TemporaryFile text("hello");
    EXPECT_EQ(PluginLibrary::load(text.path()).error().message,
              "Plugin '" + text.path().string() +
                  "' is not a library: it does not begin as an ELF file does. Name the .so file "
                  "that the plugin's build makes.");
    const TemporaryFile empty("");
    EXPECT_THAT(PluginLibrary::load(empty.path()).error().message,
                HasSubstr("is not a library: it does not begin as an ELF file does."));
    const TemporaryFile cut(
        "\x7F"
        "ELF");
    EXPECT_THAT(PluginLibrary::load(cut.path()).error().message,
                HasSubstr("it ends within its header."));
}

TEST(PluginLibrary, refuses_a_library_that_is_cut_off) {
    std::ifstream stream(plugin("good"), std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    const TemporaryFile cut(std::string_view(bytes).substr(0, 500));
    EXPECT_THAT(PluginLibrary::load(cut.path()).error().message, HasSubstr("cannot be loaded: "));
    bytes[18] = '\x08';  // The processor in the ELF header: MIPS.
    const TemporaryFile foreign(bytes);
    EXPECT_THAT(PluginLibrary::load(foreign.path()).error().message,
                HasSubstr("it was built for another processor."));
}

TEST(PluginLibrary, refuses_a_library_without_the_entry) {
    EXPECT_EQ(refusal("no_entry"),
              "Plugin '" + plugin("no_entry").string() +
                  "' exports no `drover_library_v1`, so it is no drover plugin. Write "
                  "DROVER_LIBRARY(YourAgent) in one source file and export the symbol.");
}

TEST(PluginLibrary, refuses_other_abis_and_says_what_to_do) {
    EXPECT_THAT(refusal("newer_abi"), HasSubstr("was built for a newer ABI"));
    EXPECT_THAT(refusal("other_major"),
                AllOf(HasSubstr("was built for ABI 7.1; this drover speaks ABI 0.1"),
                      HasSubstr("Build it again with this drover's SDK.")));
    EXPECT_THAT(refusal("other_hash"),
                AllOf(HasSubstr("was built with other ABI headers (000000000000abcd)"),
                      HasSubstr("build it again with this drover's SDK.")));
}

TEST(PluginLibrary, refuses_wrong_descriptions) {
    EXPECT_THAT(refusal("null"), HasSubstr("returns no description"));
    EXPECT_THAT(refusal("bad_port"),
                HasSubstr("port 'out' of agent 'first' the topic 'test..out', which is no topic"));
    EXPECT_THAT(refusal("two_directions"), HasSubstr("no direction or several"));
    EXPECT_THAT(refusal("two_names"),
                HasSubstr("port 'out' of agent 'first' an empty name, or two ports the same"));
    EXPECT_THAT(refusal("bad_layout"),
                HasSubstr("Message type 'test.record': the fields end at byte 8"));
    EXPECT_THAT(refusal("bad_schema"), HasSubstr("agent 'first' a bad config schema: "));
    EXPECT_THAT(refusal("bad_example"),
                HasSubstr("a config example that its config schema refuses: 'fast' must be a whole "
                          "number, and this is the text 'x'."));
    EXPECT_THAT(refusal("bad_name"), HasSubstr("an agent 'First Agent' without a valid name"));
    EXPECT_THAT(refusal("no_start"), HasSubstr("no create, destroy or start function"));
}

TEST(PluginLibrary, may_be_asked_by_the_name_under_which_it_publishes) {
    EXPECT_EQ(refusal("asked"), "was loaded");
}

TEST(BuildId, is_the_linkers_or_a_hash_of_the_content) {
    const auto good = build_id_of(plugin("good"));
    const auto other = build_id_of(plugin("one_agent"));
    EXPECT_THAT(good.value(), SizeIs(40));
    EXPECT_NE(good.value(), other.value());
    EXPECT_EQ(PluginLibrary::load(plugin("good")).value()->description().build_id, good.value());
    const TemporaryFile one("one");
    const TemporaryFile two("two");
    EXPECT_THAT(build_id_of(one.path()).value(), StartsWith("content-"));
    EXPECT_NE(build_id_of(one.path()).value(), build_id_of(two.path()).value());
    EXPECT_FALSE(build_id_of("/nowhere/x.so"));
}

/// What describe_to_output writes to descriptor 1, and its exit code. Needs a process of its own.
std::string described(const std::filesystem::path& file) {
    const TemporaryFile output("");
    const FileDescriptor target(::open(output.path().c_str(), O_WRONLY | O_CLOEXEC));
    const FileDescriptor before(::dup(STDOUT_FILENO));
    static_cast<void>(std::fflush(stdout));
    ::dup2(target.number(), STDOUT_FILENO);
    const int code = describe_to_output(file);
    static_cast<void>(std::fflush(stdout));
    ::dup2(before.number(), STDOUT_FILENO);
    std::ifstream stream(output.path());
    return std::to_string(code) + " " + std::string{std::istreambuf_iterator<char>(stream), {}};
}

TEST(DescribeToOutput, writes_one_line_of_json_whatever_the_plugin_prints) {
    const std::string text = described(plugin("talk"));
    ASSERT_THAT(text, StartsWith("0 {"));
    const auto json = parse_json(text.substr(2));
    ASSERT_TRUE(json);
    EXPECT_EQ(library_description_from_json(json.value()).value().agent_names().front(), "first");
}

TEST(DescribeToOutput, writes_the_refusal_as_json) {
    const std::string text = described(plugin("other_hash"));
    ASSERT_THAT(text, StartsWith("1 {"));
    EXPECT_THAT(parse_json(text.substr(2)).value().at("error").get<std::string>(),
                HasSubstr("other ABI headers"));
}

}  // namespace
}  // namespace drover
