#include "backtest/day_return_store.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

namespace drover {
namespace {

/// Returns in one piece: half a kilobyte.
constexpr std::size_t in_one_piece = 64;

std::string piece_key(std::size_t piece) {
    return "day_returns/" + std::to_string(piece);
}

}  // namespace

void write_day_returns(const Store& store, const std::vector<double>& list, std::size_t kept) {
    for (std::size_t piece = kept / in_one_piece; piece * in_one_piece < list.size(); ++piece) {
        const std::size_t start = piece * in_one_piece;
        const std::size_t count = std::min(in_one_piece, list.size() - start);
        store.put(piece_key(piece),
                  {reinterpret_cast<const char*>(list.data() + start), count * sizeof(double)});
    }
}

std::optional<std::vector<double>> read_day_returns(const Store& store, std::size_t count) {
    std::vector<double> list(count);
    for (std::size_t start = 0; start < count; start += in_one_piece) {
        const std::size_t bytes = std::min(in_one_piece, count - start) * sizeof(double);
        const auto piece = store.get(piece_key(start / in_one_piece));
        if (!piece || piece->size() < bytes) {
            return std::nullopt;
        }
        std::memcpy(list.data() + start, piece->data(), bytes);
    }
    return list;
}

}  // namespace drover
