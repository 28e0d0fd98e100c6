#include "process/status_page.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace drover {
namespace {

/// Memory is taken only for what is written.
constexpr std::size_t page_size = 8192;
static_assert(sizeof(StatusPageLayout) <= page_size);

Error cannot(const char* what) {
    return {ErrorKind::unavailable,
            std::string("Cannot ") + what + " the status page: " + std::strerror(errno) + "."};
}

/// Maps the page; nullptr when it cannot be mapped.
StatusPageLayout* map_page(int descriptor) {
    void* const memory =
        ::mmap(nullptr, page_size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    return memory == MAP_FAILED ? nullptr : static_cast<StatusPageLayout*>(memory);
}

template <std::size_t Size>
void write_page_text(std::array<char, Size>& place, std::string_view text) {
    const std::size_t length = std::min(text.size(), Size - 1);
    std::memcpy(place.data(), text.data(), length);
    place[length] = '\0';
}

/// What another process wrote, ended or not.
template <std::size_t Size>
std::string page_text(const std::array<char, Size>& place) {
    return {place.data(), ::strnlen(place.data(), Size)};
}

}  // namespace

std::string_view text_of(CallbackKind kind) {
    static constexpr std::array words{"none",
                                      "load",
                                      "create",
                                      "configure",
                                      "load_state",
                                      "start",
                                      "on_message",
                                      "on_timer",
                                      "on_post",
                                      "on_refused",
                                      "on_request",
                                      "on_reply",
                                      "stop",
                                      "save_state",
                                      "on_link_lost",
                                      "on_link_restored"};
    const auto number = static_cast<std::size_t>(kind);
    return number < words.size() ? words[number] : words.front();
}

void HandledMessage::name(std::string_view its_topic, std::string_view its_publisher) {
    write_page_text(topic, its_topic);
    write_page_text(publisher, its_publisher);
}

std::string HandledMessage::topic_text() const {
    return page_text(topic);
}

std::string HandledMessage::publisher_text() const {
    return page_text(publisher);
}

StatusPage::StatusPage(FileDescriptor memory, StatusPageLayout* layout, bool mapped)
    : memory_(std::move(memory)), layout_(layout), mapped_(mapped) {}

Result<StatusPage> StatusPage::create() {
    FileDescriptor memory(::memfd_create("drover-status", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!memory.is_open() || ::ftruncate(memory.number(), page_size) != 0) {
        return cannot("create");
    }
    // A child that shrank the page would end the supervisor with SIGBUS.
    if (::fcntl(memory.number(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        return cannot("seal");
    }
    StatusPageLayout* const layout = map_page(memory.number());
    if (layout == nullptr) {
        return cannot("map");
    }
    layout->magic.store(StatusPageLayout::right_magic, std::memory_order_release);
    return StatusPage(std::move(memory), layout, true);
}

Result<StatusPage> StatusPage::attach(int number) {
    struct stat about {};
    if (::fstat(number, &about) != 0) {
        return cannot("find");
    }
    StatusPageLayout* const layout =
        about.st_size < static_cast<off_t>(page_size) ? nullptr : map_page(number);
    if (layout == nullptr) {
        return Error{ErrorKind::invalid,
                     "Descriptor " + std::to_string(number) + " is not a status page."};
    }
    StatusPage page(FileDescriptor(), layout, true);
    if (layout->magic.load(std::memory_order_acquire) != StatusPageLayout::right_magic) {
        return Error{ErrorKind::invalid,
                     "Descriptor " + std::to_string(number) +
                         " is not a status page: its first word is wrong."};
    }
    return page;
}

Result<StatusPage> StatusPage::take_over(FileDescriptor memory) {
    auto attached = attach(memory.number());
    if (attached) {
        attached.value().memory_ = std::move(memory);
    }
    return attached;
}

void StatusPage::capture_crashes_on(int number, const std::filesystem::path& program) {
    // A mapping of its own, never undone: destructors that run while the process exits fail too.
    if (StatusPageLayout* const layout = map_page(number)) {
        capture_crashes(layout->crash, program.string());
    }
}

StatusPage StatusPage::local() {
    auto* const layout = new StatusPageLayout{};
    layout->magic.store(StatusPageLayout::right_magic, std::memory_order_release);
    return {FileDescriptor(), layout, false};
}

StatusPage::StatusPage(StatusPage&& other) noexcept
    : memory_(std::move(other.memory_)),
      layout_(std::exchange(other.layout_, nullptr)),
      mapped_(other.mapped_) {}

StatusPage& StatusPage::operator=(StatusPage&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(layout_, other.layout_);
    std::swap(mapped_, other.mapped_);
    return *this;
}

StatusPage::~StatusPage() {
    if (layout_ == nullptr) {
        return;
    }
    if (mapped_) {
        ::munmap(layout_, page_size);
    } else {
        delete layout_;
    }
}

}  // namespace drover
