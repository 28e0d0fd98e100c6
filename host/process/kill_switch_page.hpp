/// The kill switch: one mapped page that stops gated topics within microseconds, also when the
/// supervisor is hung or dead. Meanings: docs/control_channel.md.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
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
    /// first start and the CLI), else fails with `not_found`. A file that is too short to be a
    /// switch gets its length when `may_create`, and is engaged; else fails with `invalid`. One
    /// with a wrong magic opens and is engaged, and so is one that somebody cuts short while it is
    /// open.
    [[nodiscard]] static Result<KillSwitchPage> open(const std::filesystem::path& file,
                                                     bool may_create);
    /// The same for who only reads it and may not write it. Fails like `open`.
    [[nodiscard]] static Result<KillSwitchPage> open_for_reading(const std::filesystem::path& file);
    /// A switch that is engaged: what stands where the page cannot be read. `look` tries `file`
    /// again.
    [[nodiscard]] static KillSwitchPage unreadable(std::filesystem::path file = {});
    /// A switch in this process's own memory, released: for simulations and tests.
    [[nodiscard]] static KillSwitchPage local();

    KillSwitchPage(KillSwitchPage&& other) noexcept;
    KillSwitchPage& operator=(KillSwitchPage&& other) noexcept;
    KillSwitchPage(const KillSwitchPage&) = delete;
    KillSwitchPage& operator=(const KillSwitchPage&) = delete;
    ~KillSwitchPage();

    /// Whether gated messages must not pass. A wrong magic counts as engaged. Costs a few loads.
    [[nodiscard]] bool is_engaged() const {
        const KillSwitchLayout* const layout = layout_.load(std::memory_order_acquire);
        return layout == nullptr || is_gone_.load(std::memory_order_relaxed) ||
               layout->magic.load(std::memory_order_relaxed) != KillSwitchLayout::right_magic ||
               layout->engaged.load(std::memory_order_acquire) != 0;
    }
    /// Maps the file that lies there now, where it is another one than before, for reading; call it
    /// before messages are handled. Looks once in 100 ms. A file that is gone, or is no switch,
    /// counts as engaged; one that this process may not open leaves it with the page that it has,
    /// which droverd keeps. Others may read the page meanwhile, on any thread.
    void look(Monotonic now);
    [[nodiscard]] KillSwitchState read() const;
    /// The revision that `read` gives, without its texts: for who looks before every message.
    [[nodiscard]] std::uint32_t revision() const {
        constexpr int most_tries = 1000;
        const KillSwitchLayout* const layout = layout_.load(std::memory_order_acquire);
        std::uint32_t revision = 0;
        for (int tries = 0; layout != nullptr && tries < most_tries; ++tries) {
            revision = layout->revision.load(std::memory_order_acquire);
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

    /// A page and its file; closed: the page is this process's own memory.
    using Mapping = std::pair<KillSwitchLayout*, FileDescriptor>;
    static void unmap(const Mapping& mapping);
    void map_anew(FileDescriptor found);

    std::atomic<KillSwitchLayout*> layout_ = nullptr;
    FileDescriptor mapped_;
    std::filesystem::path file_;
    std::atomic<bool> is_gone_ = false;  ///< The file: whatever the page says.
    Monotonic next_look_{};
    std::vector<Mapping> former_;  ///< Another thread may be reading them.
};

}  // namespace drover
