/// A page of a file that somebody cuts short under who has mapped it.
#include "process/mapped_page_guard.hpp"

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"
#include "tests/host/process/scratch.hpp"

namespace drover {
namespace {

using test::ScratchFolder;

constexpr std::size_t size_of_page = 4096;

/// A file of one page of x, mapped.
class MappedFile {
public:
    explicit MappedFile(int mode = O_RDWR) {
        std::ofstream(path()) << std::string(size_of_page, 'x');
        file_ = FileDescriptor(::open(path().c_str(), mode | O_CLOEXEC));
        const int rights = mode == O_RDWR ? PROT_READ | PROT_WRITE : PROT_READ;
        memory_ = static_cast<volatile char*>(
            ::mmap(nullptr, size_of_page, rights, MAP_SHARED, file_.number(), 0));
    }
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    ~MappedFile() { ::munmap(address(), size_of_page); }

    [[nodiscard]] std::filesystem::path path() const { return scratch_.path() / "page"; }
    [[nodiscard]] void* address() const { return const_cast<char*>(memory_); }
    [[nodiscard]] int descriptor() const { return file_.number(); }
    [[nodiscard]] char at(std::size_t place) const { return memory_[place]; }
    void put(std::size_t place, char letter) { memory_[place] = letter; }

private:
    ScratchFolder scratch_;
    FileDescriptor file_;
    volatile char* memory_ = nullptr;
};

TEST(MappedPageGuard, finds_zeros_where_the_file_was_cut_short_and_gives_it_its_length_back) {
    MappedFile page;
    guard_mapped_page(page.address(), size_of_page, page.descriptor());
    EXPECT_EQ(page.at(100), 'x');
    std::filesystem::resize_file(page.path(), 0);
    EXPECT_EQ(page.at(100), '\0');
    EXPECT_EQ(std::filesystem::file_size(page.path()), size_of_page);
    page.put(5, 'y');
    std::ifstream file(page.path());
    file.seekg(5);
    EXPECT_EQ(file.get(), 'y') << "it is still the file's";
    forget_mapped_page(page.address());
}

TEST(MappedPageGuard, has_zeros_of_its_own_where_the_file_may_not_be_written) {
    const MappedFile page(O_RDONLY);
    guard_mapped_page(page.address(), size_of_page, page.descriptor());
    std::filesystem::resize_file(page.path(), 0);
    EXPECT_EQ(page.at(0), '\0');
    EXPECT_EQ(page.at(size_of_page - 1), '\0');
    EXPECT_EQ(std::filesystem::file_size(page.path()), 0U);
    forget_mapped_page(page.address());
}

TEST(MappedPageGuard, tells_several_pages_apart) {
    MappedFile first;
    MappedFile second;
    guard_mapped_page(first.address(), size_of_page, first.descriptor());
    guard_mapped_page(second.address(), size_of_page, second.descriptor());
    std::filesystem::resize_file(second.path(), 0);
    EXPECT_EQ(second.at(0), '\0');
    EXPECT_EQ(first.at(0), 'x');
    forget_mapped_page(first.address());
    forget_mapped_page(second.address());
}

/// How a child that does this ends.
template <typename Work>
int signal_of_child(const Work& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        work();
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

TEST(MappedPageGuard, leaves_to_their_fate_who_is_not_guarded_any_more) {
    MappedFile page;
    std::filesystem::resize_file(page.path(), 0);
    EXPECT_EQ(signal_of_child([&page] {
                  (void)std::signal(SIGBUS, SIG_DFL);
                  guard_mapped_page(page.address(), size_of_page, page.descriptor());
                  forget_mapped_page(page.address());
                  page.put(0, 'y');
              }),
              SIGBUS);
}

TEST(MappedPageGuard, passes_on_a_signal_that_was_sent) {
    MappedFile page;
    EXPECT_EQ(signal_of_child([&page] {
                  (void)std::signal(SIGBUS, SIG_DFL);
                  guard_mapped_page(page.address(), size_of_page, page.descriptor());
                  (void)::raise(SIGBUS);
              }),
              SIGBUS);
}

std::atomic<int> signals_heard{0};

TEST(MappedPageGuard, passes_on_to_who_had_the_signal_before) {
    MappedFile page;
    (void)std::signal(SIGBUS, [](int) { ++signals_heard; });
    guard_mapped_page(page.address(), size_of_page, page.descriptor());
    (void)::raise(SIGBUS);
    EXPECT_EQ(signals_heard.load(), 1);
    std::filesystem::resize_file(page.path(), 0);
    EXPECT_EQ(page.at(0), '\0');
    EXPECT_EQ(signals_heard.load(), 1) << "this one was the guard's";
    forget_mapped_page(page.address());
    (void)std::signal(SIGBUS, SIG_DFL);
}

}  // namespace
}  // namespace drover
