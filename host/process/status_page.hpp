/// The status page: shared memory that a child's work loop writes and the supervisor reads, so
/// that watching an agent costs it nothing. Layout: docs/control_channel.md.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"
#include "process/crash_capture.hpp"

namespace drover {

/// Which durable message is being handled. Read only when the child has ended: it is no atomic.
struct HandledMessage {
    std::array<char, 208> topic;     ///< Ended by 0.
    std::array<char, 56> publisher;  ///< The same.

    void name(std::string_view its_topic, std::string_view its_publisher);
    [[nodiscard]] std::string topic_text() const;
    [[nodiscard]] std::string publisher_text() const;
};

/// What stands on the page. Every member is written by one process only, the child.
struct StatusPageLayout {
    static constexpr std::uint64_t right_magic = 0x33304547'41505244ULL;  // "DRPAGE03"

    std::atomic<std::uint64_t> magic;
    std::atomic<std::int64_t> began;        ///< Monotonic ns when the callback began; 0 = idle.
    std::atomic<std::int64_t> extended_to;  ///< Monotonic ns until which an extension holds.
    std::atomic<std::uint64_t> progress;    ///< Turns of the work loop.
    std::atomic<std::uint64_t> messages_in;
    std::atomic<std::uint64_t> messages_out;
    std::atomic<std::uint64_t> bytes_in;
    std::atomic<std::uint64_t> bytes_out;
    std::atomic<std::uint64_t> lost;     ///< Messages that receivers see are missing.
    std::atomic<std::uint64_t> refused;  ///< Publications refused here or by the router.
    std::atomic<std::uint64_t> malformed;
    std::atomic<std::int64_t> queue_age;  ///< ns from publication to delivery of the last message.
    std::atomic<std::int64_t> longest_callback;  ///< ns
    std::atomic<std::uint32_t> callback;         ///< The CallbackKind that runs, or ran last.
    std::atomic<std::uint32_t> port;             ///< Its port, of those that have one.
    /// Of the durable message that is being handled, in the router's log; 0: none.
    std::atomic<std::uint64_t> position;
    std::atomic<std::uint64_t> refused_denied;  ///< Of `refused`: no port or rule allowed them.
    std::atomic<std::uint64_t> refused_gated;   ///< Of `refused`: stopped by the kill switch.
    std::atomic<std::uint64_t> refused_quota;   ///< Of `refused`: beyond the agent's quota.
    std::atomic<std::uint64_t> replaced;  ///< Messages of `latest` topics that newer ones replaced.
    std::atomic<std::uint64_t> voided;    ///< Gated messages that came and were not handed over.
    CrashArea crash;                      ///< Written by a process that dies by a fault.
    HandledMessage handled;  ///< Of `position`, which is written behind it and 0 while it changes.
    /// Whose callback `callback` is, by publisher handle: a simulation has many agents in a
    /// process.
    std::atomic<std::uint32_t> agent;
    std::atomic<std::uint64_t> lost_queue_full;     ///< Of `lost`, on the router's page.
    std::atomic<std::uint64_t> lost_link_ended;     ///< The same.
    std::atomic<std::uint64_t> lost_instance_down;  ///< The same.
};

/// What a child was doing, for those who look at its end.
enum class CallbackKind : std::uint32_t {
    none,
    load,  ///< The library was being loaded.
    create,
    configure,
    load_state,
    start,
    on_message,
    on_timer,
    on_post,
    on_refused,
    on_request,
    on_reply,
    stop,
    save_state,
    on_link_lost,
    on_link_restored
};

/// The enumerators' own names; "none" for a number that is none of them.
[[nodiscard]] std::string_view text_of(CallbackKind kind);

/// Maps a status page. Movable; unmaps at the end.
class StatusPage {
public:
    /// Makes a new page (memfd) for a child that is about to start.
    [[nodiscard]] static Result<StatusPage> create();
    /// Maps the page that came as descriptor `number`.
    [[nodiscard]] static Result<StatusPage> attach(int number);
    /// Goes on with the page of a child that another process started; as after `create`.
    [[nodiscard]] static Result<StatusPage> take_over(FileDescriptor memory);
    /// Makes faults of this process leave their stack on the page that came as descriptor
    /// `number`, for as long as the process lives; see capture_crashes.
    static void capture_crashes_on(int number, const std::filesystem::path& program);
    /// A page in this process's own memory, for simulations and tests.
    [[nodiscard]] static StatusPage local();

    StatusPage(StatusPage&& other) noexcept;
    StatusPage& operator=(StatusPage&& other) noexcept;
    StatusPage(const StatusPage&) = delete;
    StatusPage& operator=(const StatusPage&) = delete;
    ~StatusPage();

    [[nodiscard]] StatusPageLayout& layout() const { return *layout_; }
    /// The memfd to hand to the child; -1 for an attached or local page.
    [[nodiscard]] int descriptor() const { return memory_.number(); }

private:
    StatusPage(FileDescriptor memory, StatusPageLayout* layout, bool mapped);

    FileDescriptor memory_;
    StatusPageLayout* layout_ = nullptr;
    bool mapped_ = false;
};

}  // namespace drover
