/// Reads the flat configuration of the agents that are measured: texts and whole numbers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bench/stamp_sheet.h"
#include "plugins_that_misbehave/test_config.hpp"

namespace drover::bench {

using misbehaving::number_value;
using misbehaving::text_value;

/// Key "sheet": where stamps go. Null where it is missing or cannot be opened.
[[nodiscard]] inline bench_sheet* sheet_of(std::string_view json) {
    const std::string path = text_value(json, "sheet");
    return path.empty() ? nullptr : bench_open_sheet(path.c_str());
}

inline constexpr const char* flat_schema =
    R"({"type":"object","additionalProperties":false,"required":["sheet"],"properties":{
        "sheet":{"type":"string"},
        "messages":{"type":"integer","minimum":1,"description":"How many"},
        "timed":{"type":"integer","minimum":0,"description":"Of how many the age counts"},
        "records":{"type":"integer","minimum":1,"maximum":64,"description":"In one message"},
        "receivers":{"type":"integer","minimum":1,"description":"Waits for so many"},
        "every":{"type":"integer","minimum":1,"description":"Messages between two reports"},
        "window":{"type":"integer","minimum":1,"description":"Messages ahead of the slowest"},
        "topic":{"type":"string","description":"Of the ticks"},
        "feed":{"type":"string","description":"Whose receivers call to whom"},
        "rate":{"type":"integer","minimum":1,"description":"Records a second"},
        "id":{"type":"integer","minimum":0,"description":"The receiver's number"},
        "sleep":{"type":"integer","minimum":0,"description":"In a callback, in µs"},
        "work":{"type":"integer","minimum":0,"description":"In a callback, in µs"},
        "hangs":{"type":"integer","minimum":0,"description":"1: in its first callback"}}})";

}  // namespace drover::bench
