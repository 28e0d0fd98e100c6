/// The kill switch: one mapped page that stops gated topics within microseconds, also when the
/// supervisor is hung or dead. Meanings: docs/control_channel.md.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"

namespace drover {

struct KillSwitchLayout {
    static constexpr std::uint64_t right_magic = 0x31305753'4C4C494BULL;  // "KILLSW01"

    std::atomic<std::uint64_t> magic;
    std::atomic<std::uint32_t> engaged;
    std::atomic<std::uint32_t> revision;  ///< Grows with every change; odd while one is written.
    std::atomic<std::int64_t> changed;    ///< Wall ns.
    char who[64];
    char reason[256];
};

/// What `who` begins with where an agent engaged the switch; its name follows.
inline constexpr std::string_view switch_agent = "agent ";

/// What a person sees of the switch.
struct KillSwitchState {
    bool engaged = true;
    std::uint32_t revision = 0;
    std::int64_t changed = 0;
    std::string who;
    std::string reason;
};

/// The switch of one state directory, mapped.
class KillSwitchPage {
public:
    /// Opens STATE/kill_switch. If there is none, makes a released one when `may_create` (droverd's
    /// first start and the CLI), else fails with `not_found`. Fails with `invalid` when the file
    /// is too short to be a switch; one with a wrong magic opens and is engaged, and so is one that
    /// somebody cuts short while it is open.
    [[nodiscard]] static Result<KillSwitchPage> open(const std::filesystem::path& file,
                                                     bool may_create);
    /// The same for who only reads it and may not write it. Fails like `open`.
    [[nodiscard]] static Result<KillSwitchPage> open_for_reading(const std::filesystem::path& file);
    /// A switch that is engaged and has no file: what stands where the page cannot be read.
    [[nodiscard]] static KillSwitchPage unreadable();
    /// A switch in this process's own memory, released: for simulations and tests.
    [[nodiscard]] static KillSwitchPage local();

    KillSwitchPage(KillSwitchPage&& other) noexcept;
    KillSwitchPage& operator=(KillSwitchPage&& other) noexcept;
    KillSwitchPage(const KillSwitchPage&) = delete;
    KillSwitchPage& operator=(const KillSwitchPage&) = delete;
    ~KillSwitchPage();

    /// Whether gated messages must not pass. A wrong magic counts as engaged. Costs one load.
    [[nodiscard]] bool is_engaged() const {
        return layout_ == nullptr ||
               layout_->magic.load(std::memory_order_relaxed) != KillSwitchLayout::right_magic ||
               layout_->engaged.load(std::memory_order_acquire) != 0;
    }
    [[nodiscard]] KillSwitchState read() const;
    /// The revision that `read` gives, without its texts: for who looks before every message.
    [[nodiscard]] std::uint32_t revision() const {
        constexpr int most_tries = 1000;
        std::uint32_t revision = 0;
        for (int tries = 0; layout_ != nullptr && tries < most_tries; ++tries) {
            revision = layout_->revision.load(std::memory_order_acquire);
            if (revision % 2 == 0) {
                break;
            }
        }
        return revision;
    }
    /// What the file says, read without mapping it: a file that someone cuts short never hurts
    /// the caller. Engaged, with the fault as its reason, when it cannot be read.
    [[nodiscard]] static KillSwitchState read_file(const std::filesystem::path& file);
    /// Changes the switch and forces the page to disk. Several writers take turns by a file lock;
    /// engaging acts on the page that is mapped before its turn has come. Texts that are too long
    /// are cut. Repairs a wrong magic. Fails when there is no such file.
    [[nodiscard]] Result<void> write(bool engaged,
                                     const std::string& who,
                                     const std::string& reason);
    /// Changes the page that is mapped, whether or not it still is the file, to what another page
    /// says, its revision included: messages are marked by it. Nothing happens without a page.
    void follow(const KillSwitchState& state);

private:
    KillSwitchPage(KillSwitchLayout* layout, FileDescriptor mapped, std::filesystem::path file);

    KillSwitchLayout* layout_ = nullptr;
    FileDescriptor mapped_;  ///< The file; closed: the layout is this process's own memory.
    std::filesystem::path file_;
};

}  // namespace drover
