#include "bench/stamps.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace drover::bench {

Stamps::Stamps(const std::filesystem::path& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file >= 0 && ::ftruncate(file, sizeof(bench_sheet)) == 0) {
        sheet_ = bench_open_sheet(path.c_str());
    }
    if (file >= 0) {
        ::close(file);
    }
    if (sheet_ == nullptr) {
        throw std::runtime_error("no stamp sheet at " + path.string() + ": " +
                                 std::strerror(errno));
    }
}

Stamps::~Stamps() {
    ::munmap(sheet_, sizeof(bench_sheet));
}

void Stamps::clear() {
    std::memset(sheet_->stamps, 0, sizeof sheet_->stamps);
    __atomic_store_n(&sheet_->taken, 0U, __ATOMIC_SEQ_CST);
}

std::vector<bench_stamp> Stamps::of(bench_stamp_kind kind) const {
    std::vector<bench_stamp> found;
    const std::uint32_t taken = std::min<std::uint32_t>(
        __atomic_load_n(&sheet_->taken, __ATOMIC_ACQUIRE), BENCH_MOST_STAMPS);
    for (std::uint32_t place = 0; place < taken; ++place) {
        if (__atomic_load_n(&sheet_->stamps[place].kind, __ATOMIC_ACQUIRE) == kind) {
            found.push_back(sheet_->stamps[place]);
        }
    }
    return found;
}

std::vector<bench_stamp> Stamps::wait_for(bench_stamp_kind kind,
                                          std::size_t count,
                                          std::chrono::milliseconds longest) const {
    const auto deadline = std::chrono::steady_clock::now() + longest;
    while (true) {
        const std::uint32_t written = __atomic_load_n(&sheet_->written, __ATOMIC_ACQUIRE);
        auto found = of(kind);
        if (found.size() >= count || std::chrono::steady_clock::now() >= deadline) {
            return found;
        }
        const timespec pause{0, 100'000'000};
        ::syscall(SYS_futex, &sheet_->written, FUTEX_WAIT, written, &pause, nullptr, 0);
    }
}

std::int64_t Stamps::mark(std::size_t receiver) const {
    return __atomic_load_n(&sheet_->marks[receiver], __ATOMIC_ACQUIRE);
}

}  // namespace drover::bench
