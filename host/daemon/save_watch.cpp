/// One command at a time; a save while it runs is one more afterwards.
#include "daemon/save_watch.hpp"

#include <utility>

#include <sys/epoll.h>

#include "process/launcher.hpp"

namespace drover {
namespace {

/// No agent can have this name.
constexpr const char* helper = "drover apply";

}  // namespace

SaveWatch::~SaveWatch() {
    watch(std::nullopt);
    if (child_) {
        loop_.forget(child_->watch.number());
    }
}

void SaveWatch::watch(const std::optional<std::filesystem::path>& file) {
    if (file_ && file && file_->file() == *file) {
        return;
    }
    if (file_) {
        loop_.forget(file_->descriptor());
        file_.reset();
    }
    if (!file) {
        return;
    }
    auto opened = FileWatch::open(*file);
    if (!opened) {
        log_.error(opened.error().message);
        return;
    }
    file_.emplace(std::move(opened.value()));
    loop_.watch(file_->descriptor(), EPOLLIN, [this](std::uint32_t /*events*/) { file_changed(); });
}

void SaveWatch::file_changed() {
    if (!file_->was_saved()) {
        return;
    }
    if (child_) {
        was_saved_again_ = true;
    } else {
        apply();
    }
}

void SaveWatch::apply() {
    LaunchRequest request;
    request.program = programs_ / "drover";
    request.arguments = {"apply",
                         "--saved",
                         "--state-dir",
                         state_directory_.string(),
                         "--file",
                         file_->file().string()};
    auto child = launch(request);
    if (!child) {
        log_.error("The saved file is not applied: " + child.error().message);
        return;
    }
    child_.emplace(std::move(child.value()));
    family_.started(helper, child_->pid, "DROVER_HELPER=apply", {});
    loop_.watch(child_->watch.number(), EPOLLIN, [this](std::uint32_t /*events*/) { applied(); });
}

void SaveWatch::applied() {
    const auto status = reap(*child_);
    if (!status) {
        return;
    }
    // One that was refused has said so itself.
    if (status->signal) {
        log_.error("The saved file is not applied: 'drover apply' was " + status->text() + ".");
    }
    loop_.forget(child_->watch.number());
    family_.forget(helper);
    child_.reset();
    if (std::exchange(was_saved_again_, false) && file_) {
        apply();
    }
}

}  // namespace drover
