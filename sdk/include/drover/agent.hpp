/// The C++ layer: write an agent as a class. Header-only, C++17, on top of the C ABI; nothing C++
/// crosses the boundary. See docs/plugin_authors.md for a first agent.
#pragma once

#include <drover/agent_class.hpp>
#include <drover/bridge.hpp>
#include <drover/json.hpp>
#include <drover/message.hpp>
#include <drover/port.hpp>
#include <drover/request.hpp>
#include <drover/text.hpp>

/// Exports the agent classes of this library. Each class derives from drover::Agent and has
/// `about`, `ports` and `keeps_state` (or `stores`) as static constexpr members.
#define DROVER_LIBRARY(...)                                                  \
    extern "C" DROVER_EXPORT const drover_library* drover_library_v1(void) { \
        return drover::library<__VA_ARGS__>();                               \
    }
