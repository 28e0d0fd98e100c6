#include "process/kill_switch_page.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/file_descriptor.hpp"
#include "base/kept_folder.hpp"
#include "process/mapped_page_guard.hpp"

namespace drover {
namespace {

constexpr std::size_t page_size = 4096;
static_assert(sizeof(KillSwitchLayout) <= page_size);

Error cannot(const char* what, const std::filesystem::path& file) {
    const auto kind = errno == ENOENT ? ErrorKind::not_found : ErrorKind::unavailable;
    return {kind,
            std::string("Cannot ") + what + " the kill switch " + file.string() + ": " +
                std::strerror(errno) + "."};
}

/// Puts `text` into a member of fixed size, cut and ended by NUL.
template <std::size_t size>
void put_text(char (&member)[size], const std::string& text) {
    const std::size_t length = std::min(text.size(), size - 1);
    std::memset(member, 0, size);
    std::memcpy(member, text.data(), length);
}

template <std::size_t size>
std::string take_text(const char (&member)[size]) {
    return std::string(member, ::strnlen(member, size));
}

/// Reads the page as one piece: again while somebody writes it, but not for ever, because a writer
/// may have been killed half way.
KillSwitchState state_of(const KillSwitchLayout& layout) {
    constexpr int most_tries = 1000;
    KillSwitchState state;
    for (int tries = 0; tries < most_tries; ++tries) {
        const std::uint32_t before = layout.revision.load(std::memory_order_acquire);
        state.engaged =
            layout.magic.load(std::memory_order_relaxed) != KillSwitchLayout::right_magic ||
            layout.engaged.load(std::memory_order_acquire) != 0;
        state.revision = before;
        if (layout.magic.load(std::memory_order_relaxed) != KillSwitchLayout::right_magic) {
            state.reason =
                "its file holds something else; `drover kill-switch release` makes it a switch "
                "again";
            break;  // The rest of it are somebody else's bytes.
        }
        state.changed = layout.changed.load(std::memory_order_relaxed);
        state.who = take_text(layout.who);
        state.reason = take_text(layout.reason);
        std::atomic_thread_fence(std::memory_order_acquire);
        if (before % 2 == 0 && layout.revision.load(std::memory_order_relaxed) == before) {
            break;
        }
    }
    return state;
}

void change(KillSwitchLayout& layout,
            bool engaged,
            const std::string& who,
            const std::string& reason) {
    const std::uint32_t revision = layout.revision.load(std::memory_order_relaxed) | 1U;
    layout.revision.store(revision, std::memory_order_relaxed);
    if (engaged) {
        layout.engaged.store(1, std::memory_order_release);  // First of all: it must act at once.
    }
    std::atomic_thread_fence(std::memory_order_release);
    put_text(layout.who, who);
    put_text(layout.reason, reason);
    layout.changed.store(wall_now(), std::memory_order_relaxed);
    layout.magic.store(KillSwitchLayout::right_magic, std::memory_order_relaxed);
    if (!engaged) {
        layout.engaged.store(0, std::memory_order_release);
    }
    layout.revision.store(revision + 1, std::memory_order_release);
}

/// The writers' turn. Unlocks by itself at the end: the mapping keeps the open file alive, so
/// closing the descriptor would not.
class WritersTurn {
public:
    explicit WritersTurn(int descriptor)
        : descriptor_(descriptor), is_taken_(::flock(descriptor, LOCK_EX) == 0) {}
    WritersTurn(const WritersTurn&) = delete;
    WritersTurn& operator=(const WritersTurn&) = delete;
    ~WritersTurn() { ::flock(descriptor_, LOCK_UN); }
    [[nodiscard]] bool is_taken() const { return is_taken_; }

private:
    int descriptor_;
    bool is_taken_;
};

/// Makes a released switch. It appears complete or not at all, and never replaces another one.
Result<void> create_released(const std::filesystem::path& file) {
    const std::filesystem::path draft =
        file.string() + ".new." + std::to_string(static_cast<long>(::getpid()));
    const FileDescriptor made(::open(draft.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!made.is_open() || ::ftruncate(made.number(), page_size) != 0) {
        return cannot("create", file);
    }
    constexpr std::uint64_t magic = KillSwitchLayout::right_magic;
    const bool is_written = ::pwrite(made.number(), &magic, sizeof magic, 0) == sizeof magic &&
                            ::fsync(made.number()) == 0;
    const bool is_placed =
        is_written && (::link(draft.c_str(), file.c_str()) == 0 || errno == EEXIST);
    const int fault = errno;
    ::unlink(draft.c_str());
    errno = fault;
    if (!is_placed) {
        return cannot("create", file);
    }
    // A switch that is gone after a power loss would count as engaged.
    if (const auto unsynced = sync_folder(file.parent_path())) {
        errno = unsynced.value();
        return cannot("create", file);
    }
    return success();
}

/// Whether `descriptor` may be a switch.
Result<void> check_size(int descriptor, const std::filesystem::path& file) {
    struct stat about {};
    if (::fstat(descriptor, &about) != 0) {
        return cannot("read", file);
    }
    if (about.st_size < static_cast<off_t>(page_size)) {
        return Error{ErrorKind::invalid,
                     "The kill switch " + file.string() + " has " + std::to_string(about.st_size) +
                         " bytes instead of 4096 and counts as engaged; 'drover kill-switch "
                         "release' makes it a switch again."};
    }
    return success();
}

/// Gives a file that is too short its length, with zeros: so it is a switch, and engaged.
void lengthen(int descriptor) {
    struct stat about {};
    if (::fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode) &&
        about.st_size < static_cast<off_t>(page_size)) {
        (void)!::ftruncate(descriptor, page_size);  // What it could not mend `check_size` tells.
    }
}

/// Where it may be written the guard can give it its length back, so that it stays shared.
FileDescriptor open_to_read(const std::filesystem::path& file) {
    FileDescriptor found(::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
    if (!found.is_open() && errno != ENOENT) {
        found = FileDescriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    }
    return found;
}

/// Whether `descriptor` is the file that `about` tells of.
bool is_of(const struct stat& about, int descriptor) {
    struct stat mapped {};
    return ::fstat(descriptor, &mapped) == 0 && mapped.st_dev == about.st_dev &&
           mapped.st_ino == about.st_ino;
}

/// Maps the switch that `descriptor` is.
Result<KillSwitchLayout*> map_switch(int descriptor,
                                     const std::filesystem::path& file,
                                     int rights = PROT_READ | PROT_WRITE) {
    if (const auto checked = check_size(descriptor, file); !checked) {
        return checked.error();
    }
    void* const memory = ::mmap(nullptr, page_size, rights, MAP_SHARED, descriptor, 0);
    if (memory == MAP_FAILED) {
        return cannot("map", file);
    }
    return static_cast<KillSwitchLayout*>(memory);
}

}  // namespace

KillSwitchPage::KillSwitchPage(KillSwitchLayout* layout,
                               FileDescriptor mapped,
                               std::filesystem::path file)
    : layout_(layout), mapped_(std::move(mapped)), file_(std::move(file)) {
    if (mapped_.is_open()) {
        guard_mapped_page(layout_, page_size, mapped_.number());
    }
}

Result<KillSwitchPage> KillSwitchPage::open(const std::filesystem::path& file, bool may_create) {
    FileDescriptor found(::open(file.c_str(), O_RDWR | O_CLOEXEC));
    if (found.is_open() && may_create) {
        lengthen(found.number());
    }
    if (!found.is_open() && errno == ENOENT && may_create) {
        const auto created = create_released(file);
        if (!created) {
            return created.error();
        }
        found = FileDescriptor(::open(file.c_str(), O_RDWR | O_CLOEXEC));
    }
    if (!found.is_open()) {
        return cannot("open", file);
    }
    const auto layout = map_switch(found.number(), file);
    if (!layout) {
        return layout.error();
    }
    return KillSwitchPage(layout.value(), std::move(found), file);
}

Result<KillSwitchPage> KillSwitchPage::open_for_reading(const std::filesystem::path& file) {
    FileDescriptor found = open_to_read(file);
    if (!found.is_open()) {
        return cannot("open", file);
    }
    const auto layout = map_switch(found.number(), file, PROT_READ);
    if (!layout) {
        return layout.error();
    }
    return KillSwitchPage(layout.value(), std::move(found), file);
}

KillSwitchPage KillSwitchPage::unreadable(std::filesystem::path file) {
    return {nullptr, FileDescriptor(), std::move(file)};
}

KillSwitchPage KillSwitchPage::local() {
    auto* const layout = new KillSwitchLayout{};
    layout->magic.store(KillSwitchLayout::right_magic, std::memory_order_relaxed);
    return {layout, FileDescriptor(), {}};
}

KillSwitchPage::KillSwitchPage(KillSwitchPage&& other) noexcept
    : layout_(other.layout_.exchange(nullptr)),
      mapped_(std::move(other.mapped_)),
      file_(std::move(other.file_)),
      is_gone_(other.is_gone_.load()),
      next_look_(other.next_look_),
      former_(std::move(other.former_)) {}

KillSwitchPage& KillSwitchPage::operator=(KillSwitchPage&& other) noexcept {
    layout_ = other.layout_.exchange(layout_);
    std::swap(mapped_, other.mapped_);
    std::swap(file_, other.file_);
    is_gone_ = other.is_gone_.exchange(is_gone_);
    std::swap(next_look_, other.next_look_);
    std::swap(former_, other.former_);
    return *this;
}

void KillSwitchPage::unmap(const Mapping& mapping) {
    const auto& [layout, file] = mapping;
    if (layout != nullptr && file.is_open()) {
        forget_mapped_page(layout);
        ::munmap(layout, page_size);
    } else {
        delete layout;
    }
}

KillSwitchPage::~KillSwitchPage() {
    unmap({layout_, std::move(mapped_)});
    std::ranges::for_each(former_, unmap);
}

void KillSwitchPage::look(Monotonic now) {
    constexpr auto look_every = std::chrono::milliseconds(100);
    if (file_.empty() || now < next_look_) {
        return;
    }
    next_look_ = now + look_every;
    struct stat about {};
    if (::stat(file_.c_str(), &about) != 0) {
        is_gone_ = true;
    } else if (mapped_.is_open() && is_of(about, mapped_.number())) {
        is_gone_ = false;
    } else if (FileDescriptor found = open_to_read(file_); found.is_open()) {
        map_anew(std::move(found));
    } else {
        is_gone_ = errno != EACCES && errno != EPERM;
    }
}

void KillSwitchPage::map_anew(FileDescriptor found) {
    // A thread reads a page for an instant, and so many are not replaced within one.
    constexpr std::size_t most_former = 16;
    const auto next = map_switch(found.number(), file_, PROT_READ);
    is_gone_ = !next;
    if (!next) {
        return;
    }
    guard_mapped_page(next.value(), page_size, found.number());
    former_.emplace_back(layout_.exchange(next.value()), std::exchange(mapped_, std::move(found)));
    if (former_.size() > most_former) {
        unmap(former_.front());
        former_.erase(former_.begin());
    }
}

KillSwitchState KillSwitchPage::read() const {
    const KillSwitchLayout* const layout = layout_;
    if (layout == nullptr || is_gone_) {
        KillSwitchState state;
        state.reason = "the kill switch cannot be read";
        return state;
    }
    return state_of(*layout);
}

KillSwitchState KillSwitchPage::read_file(const std::filesystem::path& file) {
    const FileDescriptor found(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    const auto checked = found.is_open() ? check_size(found.number(), file) : cannot("read", file);
    KillSwitchState state;
    if (!checked) {
        state.reason = checked.error().message;
        return state;
    }
    KillSwitchLayout copy{};
    if (::pread(found.number(), &copy, sizeof copy, 0) != static_cast<ssize_t>(sizeof copy)) {
        state.reason = cannot("read", file).message;
        return state;
    }
    return state_of(copy);
}

void KillSwitchPage::follow(const KillSwitchState& state) {
    if (KillSwitchLayout* const layout = layout_) {
        change(*layout, state.engaged, state.who, state.reason);
        // An odd one would say for ever that somebody writes.
        layout->revision.store(state.revision + state.revision % 2, std::memory_order_release);
    }
}

Result<void> KillSwitchPage::write(bool engaged,
                                   const std::string& who,
                                   const std::string& reason) {
    if (layout_ == nullptr && file_.empty()) {
        return Error{ErrorKind::unavailable, "The kill switch cannot be written: it has no file."};
    }
    if (layout_ != nullptr && !mapped_.is_open()) {
        change(*layout_.load(), engaged, who, reason);
        return success();
    }
    if (engaged && layout_ != nullptr) {
        // Before the writers' turn, which another one may hold for long, and before five system
        // calls. The page that is mapped is the file's but for somebody who replaced that.
        layout_.load()->engaged.store(1, std::memory_order_release);
    }
    FileDescriptor found(::open(file_.c_str(), O_RDWR | O_CLOEXEC));
    const WritersTurn turn(found.number());
    if (!turn.is_taken()) {
        return cannot("write", file_);
    }
    // The file may be another one than the one that was mapped once; what counts is the file.
    const auto now = map_switch(found.number(), file_);
    if (!now) {
        return now.error();
    }
    unmap({layout_.exchange(now.value()), std::move(mapped_)});
    mapped_ = std::move(found);
    guard_mapped_page(now.value(), page_size, mapped_.number());
    change(*now.value(), engaged, who, reason);
    if (::msync(now.value(), page_size, MS_SYNC) != 0) {
        return cannot("save", file_);
    }
    return success();
}

}  // namespace drover
