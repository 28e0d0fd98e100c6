/// Numbers that stand for names on the wire, kept for ever: publishers, message types, lives of
/// agents, epochs of the router.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace drover {

/// A message type's number; a type with another layout is another type.
struct StoredType {
    std::string name;
    std::uint32_t version = 0;
    std::uint64_t layout_hash = 0;
    std::uint32_t handle = 0;
};

/// STATE/handles.json. A number is never given to somebody else, also after a power loss: it is on
/// disk before it is used. Lives and epochs are put on disk many at a time, so that a restart waits
/// for no disk; after a crash of droverd the next ones go on behind all of those. One thread.
class HandleStore {
public:
    /// Reads the file; a missing one is an empty store. Fails with `invalid` when it cannot be
    /// understood, because beginning anew would give numbers twice.
    [[nodiscard]] static Result<HandleStore> open(const std::filesystem::path& file);

    /// The number of a publisher, a new one for a new name. Takes effect with `save`.
    std::uint32_t publisher(const std::string& name);
    /// The number of a type, a new one for a new type or layout. Takes effect with `save`.
    std::uint32_t type(const std::string& name, std::uint32_t version, std::uint64_t layout_hash);
    [[nodiscard]] Result<void> save();

    /// The number of the agent's next life, from 1. On disk.
    [[nodiscard]] Result<std::uint32_t> next_incarnation(const std::string& agent);
    /// The router's next epoch, from 1. On disk.
    [[nodiscard]] Result<std::uint64_t> next_epoch();
    /// No router that was started so far has a later one.
    [[nodiscard]] std::uint64_t last_epoch() const { return epoch_; }
    /// Gives back the numbers that were put on disk and not used. Call it when no more are needed.
    [[nodiscard]] Result<void> give_back();

    /// How many lives and epochs are put on disk at a time.
    static constexpr std::uint32_t at_a_time = 64;

    [[nodiscard]] const std::vector<StoredType>& types() const { return types_; }

private:
    struct Publisher {
        std::uint32_t handle = 0;
        std::uint32_t incarnation = 0;
        std::uint32_t reserved = 0;  ///< On disk: those up to here may have been used.
    };

    explicit HandleStore(std::filesystem::path file) : file_(std::move(file)) {}
    [[nodiscard]] Result<void> read(const std::string& text);
    /// Puts all on disk, with `more` lives and epochs in advance.
    [[nodiscard]] Result<void> write(std::uint32_t more);

    std::filesystem::path file_;
    std::uint64_t epoch_ = 0;
    std::uint64_t reserved_epoch_ = 0;
    std::uint32_t last_publisher_ = 0;
    std::map<std::string, Publisher> publishers_;
    std::vector<StoredType> types_;
};

}  // namespace drover
