#include "daemon/kill_switch_keeper.hpp"

#include <string>

#include <sys/stat.h>

namespace drover {
namespace {

/// More files than this are not followed: nobody replaces a switch so often.
constexpr std::size_t most_pages = 16;

}  // namespace

KillSwitchKeeper::KillSwitchKeeper(std::filesystem::path file)
    : file_(std::move(file)), known_(identity()) {
    map_file();
}

KillSwitchKeeper::Identity KillSwitchKeeper::identity() const {
    struct stat about {};
    if (::stat(file_.c_str(), &about) != 0) {
        return std::nullopt;
    }
    return std::pair(static_cast<std::uint64_t>(about.st_dev),
                     static_cast<std::uint64_t>(about.st_ino));
}

void KillSwitchKeeper::map_file() {
    auto page = KillSwitchPage::open(file_, false);
    is_one_ = page && pages_.empty();
    if (page && pages_.size() < most_pages) {
        pages_.push_back(std::move(page.value()));
    }
}

std::optional<std::string> KillSwitchKeeper::look() {
    std::optional<std::string> news;
    if (const Identity now = identity(); now != known_) {
        known_ = now;
        news = now ? "The kill switch " + file_.string() + " is another file than before."
                   : "The kill switch " + file_.string() + " is gone: it counts as engaged.";
        map_file();
    }
    if (is_one_) {
        return news;
    }
    const KillSwitchState state = KillSwitchPage::read_file(file_);
    for (KillSwitchPage& page : pages_) {
        const KillSwitchState seen = page.read();
        const bool is_being_written = state.revision % 2 != 0 && !state.engaged;
        if (!is_being_written &&
            (seen.engaged != state.engaged || seen.revision / 2 != state.revision / 2)) {
            page.follow(state);
        }
    }
    return news;
}

}  // namespace drover
