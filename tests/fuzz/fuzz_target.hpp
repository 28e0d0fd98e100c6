/// What fuzz targets share: a check that holds in every build, and the function they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace drover {

/// Ends the process when it does not hold, so that libFuzzer keeps the input.
inline void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

}  // namespace drover

/// One input. libFuzzer calls it, and tests/fuzz/replay_corpus.cpp.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
