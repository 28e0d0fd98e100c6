/// How figures are shown: JSON for programs, a table for the terminal, a table for docs/.
#pragma once

#include <string>
#include <vector>

#include "bench/figure.hpp"

namespace drover::bench {

/// What the figures were seen on. No host name: it says nothing to anybody else.
struct Machine {
    unsigned cores = 0;
    std::string kernel;  ///< "Linux 6.1.0"
};
[[nodiscard]] Machine this_machine();

/// {"NAME": {"value", "unit", "floor", "ratio", "runs"}}, with numbers for `value`, an array of
/// numbers for `runs`, and null for `floor` and `ratio` where nothing is beside the figure.
[[nodiscard]] std::string json_report(const std::vector<Figure>& figures);

/// One row a figure: minimum, median, p99, floor, ratio, target, met or missed.
[[nodiscard]] std::string text_report(const std::vector<Figure>& figures);

/// The same as a Markdown table, with the machine above and the notes below it.
[[nodiscard]] std::string markdown_report(const std::vector<Figure>& figures,
                                          const Machine& machine);

}  // namespace drover::bench
