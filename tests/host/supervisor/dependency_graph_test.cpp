/// The graph of dependencies.
#include "supervisor/dependency_graph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drover {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

GraphNode node(const std::string& name, const std::vector<std::string>& dependencies) {
    GraphNode made{name, {}};
    for (const std::string& dependency : dependencies) {
        made.dependencies.emplace_back().agent = dependency;
    }
    return made;
}

}  // namespace

TEST(DependencyGraph, puts_dependencies_first_and_otherwise_keeps_the_order) {
    const auto graph = DependencyGraph::build(
        {node("advisor", {"risk"}), node("data", {}), node("risk", {"data"})});
    ASSERT_TRUE(graph.has_value());
    EXPECT_THAT(graph.value().start_order(), ElementsAre(1, 2, 0));
}

TEST(DependencyGraph, reaches_the_dependencies_of_dependencies) {
    const auto graph = DependencyGraph::build(
        {node("data", {}), node("broker", {"data"}), node("risk", {"broker"}), node("other", {})});
    ASSERT_TRUE(graph.has_value());
    EXPECT_THAT(graph.value().with_dependencies({2}), ElementsAre(0, 1, 2));
}

TEST(DependencyGraph, names_the_path_of_a_cycle) {
    const auto graph = DependencyGraph::build(
        {node("one", {"two"}), node("two", {"three"}), node("three", {"two"})});
    ASSERT_FALSE(graph.has_value());
    EXPECT_THAT(graph.error().message, HasSubstr("two -> three -> two"));
}

TEST(DependencyGraph, names_an_unknown_dependency_and_the_likely_one) {
    const auto graph = DependencyGraph::build({node("risk", {}), node("advisor", {"riks"})});
    ASSERT_FALSE(graph.has_value());
    EXPECT_THAT(graph.error().message, HasSubstr("'riks'"));
    EXPECT_THAT(graph.error().message, HasSubstr("'risk'"));
}

TEST(DependencyGraph, refuses_one_name_twice) {
    EXPECT_FALSE(DependencyGraph::build({node("risk", {}), node("risk", {})}).has_value());
}

}  // namespace drover
