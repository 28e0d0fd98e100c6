/// The measuring side of a stamp sheet: makes it, and waits for what others write on it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "bench/stamp_sheet.h"

namespace drover::bench {

class Stamps {
public:
    /// Makes an empty sheet at `path`. Throws std::runtime_error when that cannot be done.
    explicit Stamps(const std::filesystem::path& path);
    Stamps(const Stamps&) = delete;
    Stamps& operator=(const Stamps&) = delete;
    ~Stamps();

    /// Forgets all stamps. Only while nobody writes.
    void clear();
    /// All complete stamps of a kind, in the order of writing.
    [[nodiscard]] std::vector<bench_stamp> of(bench_stamp_kind kind) const;
    /// Waits until there are `count` stamps of a kind; what there is after `longest`.
    [[nodiscard]] std::vector<bench_stamp> wait_for(
        bench_stamp_kind kind,
        std::size_t count,
        std::chrono::milliseconds longest = std::chrono::seconds(60)) const;
    /// When the receiver of this number last ended a callback; 0: never.
    [[nodiscard]] std::int64_t mark(std::size_t receiver) const;

private:
    bench_sheet* sheet_ = nullptr;
};

}  // namespace drover::bench
