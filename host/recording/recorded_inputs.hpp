/// What an agent was given besides messages. Views live as long as what they were read from.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "recording/entry.hpp"

namespace drover {

/// A secret of an agent's config: its name and the file that holds it. Never its value.
struct RecordedSecret {
    std::string name;
    std::string file;
};

/// The beginning of what is recorded of one life of an agent.
struct RecordedLife {
    std::string agent;
    std::uint32_t handle = 0;  ///< Its number in the recording's names.
    std::uint32_t incarnation = 0;
    std::string fleet;
    std::string plugin;         ///< Path of the library.
    std::string build_id;       ///< Of the library.
    std::string library_agent;  ///< Which agent of the library; empty: its only one.
    std::string host;           ///< Version of drover-agent.
    std::uint32_t mode = 0;     ///< DROVER_MODE_...
    bool owns_clock = false;
    bool has_simulations = false;  ///< drover.simulation/1 was lent to it.
    bool may_engage = false;       ///< drover.control/1 was lent to it.
    bool is_whole = false;  ///< The life is recorded from its beginning, so it can be replayed.
    std::string config;     ///< JSON text without the values of secrets.
    std::vector<RecordedSecret> secrets;
    std::map<std::string, std::string> secret_places;  ///< Name of the secret by JSON pointer.
    std::uint64_t seed = 0;
    /// Where its random numbers go on; all zero: as the seed begins.
    std::array<std::uint64_t, 4> random{};
    std::int64_t start_time = 0;
    std::int64_t last_settled = 0;      ///< For drover.replay_clock/1.
    std::string rules;                  ///< JSON text: the fleet's rules for topics.
    std::vector<std::string> patterns;  ///< Which topics are recorded; empty: all.

    void write(EntryWriter& writer) const;
    [[nodiscard]] static std::optional<RecordedLife> decode(std::span<const std::byte> body);
};

struct RecordedState {
    std::uint32_t version = 0;  ///< state_version of the plugin that saved it.
    std::string_view bytes;

    void write(EntryWriter& writer) const;
    [[nodiscard]] static std::optional<RecordedState> decode(std::span<const std::byte> body);
};

/// What drover.simulation/1 answered.
struct RecordedSimulation {
    std::int32_t status = 0;
    std::string_view text;

    void write(EntryWriter& writer) const;
    [[nodiscard]] static std::optional<RecordedSimulation> decode(std::span<const std::byte> body);
};

/// What drover.store/1 found in the agent's file.
struct RecordedStored {
    bool is_there = false;
    std::string_view key;
    std::string_view value;

    void write(EntryWriter& writer) const;
    [[nodiscard]] static std::optional<RecordedStored> decode(std::span<const std::byte> body);
};

/// What became of a publication when the agent called for it, where the kill switch as it was at
/// the callback's beginning does not say so: a quota, or a switch that was moved meanwhile.
struct RecordedVerdict {
    std::uint32_t call = 0;   ///< Which publication of the callback, from 1.
    std::int32_t status = 0;  ///< A drover_status.
    std::string_view sentence;

    void write(EntryWriter& writer) const;
    [[nodiscard]] static std::optional<RecordedVerdict> decode(std::span<const std::byte> body);
};

/// The rules for topics, as JSON text.
struct RecordedRules {
    std::string_view json;

    void write(EntryWriter& writer) const;
    [[nodiscard]] static std::optional<RecordedRules> decode(std::span<const std::byte> body);
};

struct RecordedStop {
    std::int32_t reason = 0;  ///< DROVER_STOP_...
    std::int64_t deadline = 0;

    void write(EntryWriter& writer) const;
    [[nodiscard]] static std::optional<RecordedStop> decode(std::span<const std::byte> body);
};

struct RecordedTimer {
    std::uint64_t id = 0;
    std::int64_t due = 0;
    std::uint32_t missed = 0;

    void write(EntryWriter& writer) const;
    [[nodiscard]] static std::optional<RecordedTimer> decode(std::span<const std::byte> body);
};

/// Of `post` and of `advanced`.
struct RecordedPost {
    std::uint64_t token = 0;
    std::int64_t last_settled = 0;  ///< Of `advanced`: what drover.replay_clock/1 says from now on.

    void write(EntryWriter& writer) const;
    [[nodiscard]] static std::optional<RecordedPost> decode(std::span<const std::byte> body);
};

struct RecordedRequest {
    std::uint32_t client = 0;  ///< Number of who asks; 0: a person.
    std::uint32_t client_incarnation = 0;
    std::uint64_t number = 0;  ///< The client's own.
    std::uint64_t id = 0;      ///< What the agent knows it by.
    std::uint32_t port = 0;
    std::int64_t deadline = 0;
    std::string_view sender;
    std::string_view body;

    void write(EntryWriter& writer) const;
    [[nodiscard]] static std::optional<RecordedRequest> decode(std::span<const std::byte> bytes);
};

struct RecordedReply {
    std::uint64_t number = 0;  ///< Of the request that it answers.
    std::uint64_t token = 0;
    std::int32_t status = 0;
    std::string_view error;
    std::string_view body;

    void write(EntryWriter& writer) const;
    [[nodiscard]] static std::optional<RecordedReply> decode(std::span<const std::byte> bytes);
};

struct RecordedRefusal {
    std::uint64_t sequence = 0;
    std::int32_t status = 0;
    std::string_view topic;
    std::string_view reason;

    void write(EntryWriter& writer) const;
    [[nodiscard]] static std::optional<RecordedRefusal> decode(std::span<const std::byte> body);
};

/// What drover.link/1 was told.
struct RecordedLink {
    std::uint32_t port = 0;
    bool is_lost = false;  ///< Or restored, without a reason.
    std::string_view publisher;
    std::string_view reason;

    void write(EntryWriter& writer) const;
    [[nodiscard]] static std::optional<RecordedLink> decode(std::span<const std::byte> body);
};

}  // namespace drover
