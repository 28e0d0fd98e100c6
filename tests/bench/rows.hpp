/// The measurements, one function a row of docs/benchmarks.md.
#pragma once

#include <vector>

#include "bench/figure.hpp"

namespace drover::bench {

struct Settings {
    int runs = 5;        ///< How often own measurement and floor take turns.
    bool quick = false;  ///< Smaller loads: to see that it works, not to quote.
};

[[nodiscard]] std::vector<Figure> measure_restart(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_standby(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_cold(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_hang(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_loops(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_endings(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_routing(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_flood(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_slow_receiver(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_kill_switch(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_durable(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_round_trip(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_simulation(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_log(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_up(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_apply(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_idle(const Settings& settings);

}  // namespace drover::bench
