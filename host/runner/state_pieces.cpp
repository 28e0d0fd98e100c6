#include "runner/state_pieces.hpp"

#include <utility>

namespace drover {
namespace {

std::string_view piece_of(std::string_view bytes, std::size_t number) {
    const std::size_t start = number * StatePieces::piece_size;
    return start < bytes.size() ? bytes.substr(start, StatePieces::piece_size) : std::string_view{};
}

std::size_t pieces_of(std::string_view bytes) {
    return (bytes.size() + StatePieces::piece_size - 1) / StatePieces::piece_size;
}

}  // namespace

Result<StatePieces> StatePieces::open(const SqliteFile& file) {
    StatePieces pieces;
    pieces.put_piece_ = file.prepare_later("INSERT OR REPLACE INTO state_piece VALUES (?1, ?2)");
    pieces.cut_pieces_ = file.prepare_later("DELETE FROM state_piece WHERE number >= ?1");
    pieces.put_version_ = file.prepare_later("INSERT OR REPLACE INTO state_version VALUES (1, ?1)");
    if (auto read = pieces.read_last(file); !read) {
        return read.error();
    }
    return pieces;
}

Result<void> StatePieces::read_last(const SqliteFile& file) {
    const auto version = file.read_text("SELECT version FROM state_version");
    if (!version || version.value().empty()) {
        return version ? Result<void>(success()) : Result<void>(version.error());
    }
    SavedState saved;
    saved.version = static_cast<std::uint32_t>(std::stoul(version.value()));
    const auto pieces = file.prepare("SELECT bytes FROM state_piece ORDER BY number");
    if (!pieces) {
        return pieces.error();
    }
    for (;;) {
        const auto row = pieces.value().step();
        if (!row) {
            return row.error();
        }
        if (!row.value()) {
            break;
        }
        saved.bytes.append(pieces.value().bytes(0));
    }
    last_ = std::move(saved);
    return success();
}

Result<void> StatePieces::write(std::uint32_t version, std::string_view bytes) const {
    const std::string_view before = last_ ? std::string_view(last_->bytes) : std::string_view{};
    if (!last_ || last_->version != version) {
        put_version_.bind(1, version);
        if (auto done = put_version_.run(); !done) {
            return done;
        }
    }
    const std::size_t pieces = pieces_of(bytes);
    for (std::size_t number = 0; number < pieces; ++number) {
        const std::string_view piece = piece_of(bytes, number);
        if (piece == piece_of(before, number)) {
            continue;
        }
        put_piece_.bind(1, static_cast<std::int64_t>(number));
        put_piece_.bind_bytes(2, piece);
        if (auto done = put_piece_.run(); !done) {
            return done;
        }
    }
    if (pieces_of(before) > pieces) {
        cut_pieces_.bind(1, static_cast<std::int64_t>(pieces));
        return cut_pieces_.run();
    }
    return success();
}

}  // namespace drover
