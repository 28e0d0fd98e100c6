#include "runner/live_preparation.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <drover/extension/control.h>

#include "base/clock.hpp"
#include "runner/link_watch.hpp"
#include "runner/state_order.hpp"

namespace drover {

LinkIdentity link_identity(const ConfigureMessage& wanted) {
    LinkIdentity identity;
    identity.agent = wanted.setup.name;
    identity.handle = wanted.setup.handle;
    identity.incarnation = wanted.setup.incarnation;
    identity.token = wanted.token;
    identity.replay = wanted.setup.mode == DROVER_MODE_REPLAY;
    identity.window = wanted.window;
    identity.publishers = wanted.publishers;
    return identity;
}

void open_switches(ConfigureMessage& wanted,
                   KillSwitchPage& read,
                   std::optional<KillSwitchPage>& engageable) {
    auto page = KillSwitchPage::open_for_reading(wanted.kill_switch);
    read = page ? std::move(page.value()) : KillSwitchPage::unreadable(wanted.kill_switch);
    if (std::ranges::find(wanted.grants, DROVER_EXTENSION_CONTROL) == wanted.grants.end()) {
        return;
    }
    // Of its own: writing maps the page anew, while other threads of the plugin read the first.
    auto own = KillSwitchPage::open(wanted.kill_switch, false);
    engageable.emplace(own ? std::move(own.value())
                           : KillSwitchPage::unreadable(wanted.kill_switch));
    wanted.setup.engageable_switch = &*engageable;
}

Result<std::shared_ptr<PluginLibrary>> LivePreparation::library(const std::filesystem::path& file,
                                                                StatusPageLayout& page) {
    if (library_ && file == std::filesystem::path(library_->description().file)) {
        return library_;
    }
    page.callback.store(static_cast<std::uint32_t>(CallbackKind::load), std::memory_order_relaxed);
    auto loaded = PluginLibrary::load(file);
    if (loaded) {
        library_ = loaded.value();
    }
    return loaded;
}

Result<LoadedAgent> LivePreparation::agent(const ConfigureMessage& wanted, StatusPageLayout& page) {
    auto loaded = library(wanted.plugin, page);
    if (!loaded) {
        return loaded.error();
    }
    return find_agent(loaded.value(), wanted.agent, wanted.types);
}

Result<AgentFile> LivePreparation::outfit(ConfigureMessage& wanted,
                                          LoadedAgent& loaded,
                                          StatusPageLayout& page) {
    auto found = agent(wanted, page);
    auto file = open_state(wanted.state_file, wanted.setup.name, wanted.state_order);
    if (!found || !file) {
        return found ? file.error() : found.error();
    }
    loaded = std::move(found.value());
    AgentSetup& setup = wanted.setup;
    setup.description = loaded.description;
    setup.ports = loaded.ports;
    if (setup.mode == DROVER_MODE_REPLAY) {
        // It goes on at the time at which this agent committed last.
        setup.start_time = file.value().place().time;
    } else {
        setup.clocks.emplace();
        setup.start_time = setup.clocks->wall();
    }
    return file;
}

Result<void> LivePreparation::prepare(const std::filesystem::path& file, StatusPageLayout& page) {
    if (const auto loaded = library(file, page); !loaded) {
        return loaded.error();
    }
    const auto opened = context();
    return opened ? Result<void>(success()) : opened.error();
}

Result<AgentLink> LivePreparation::connect(const std::string& endpoint) {
    const auto opened = context();
    if (!opened) {
        return opened.error();
    }
    return AgentLink::connect(*opened.value(), endpoint);
}

Result<void> LivePreparation::watch(LinkSession& session, const AgentRunner& runner) {
    if (!LinkWatch::concerns(runner)) {
        return success();
    }
    const auto opened = context();
    if (!opened) {
        return opened.error();
    }
    auto monitor = LinkMonitor::open(*opened.value(), session.link());
    if (!monitor) {
        return monitor.error();
    }
    session.watch(std::move(monitor.value()));
    return success();
}

Result<LinkContext*> LivePreparation::context() {
    if (!context_) {
        auto opened = LinkContext::open();
        if (!opened) {
            return opened.error();
        }
        context_ = std::make_unique<LinkContext>(std::move(opened.value()));
    }
    return context_.get();
}

}  // namespace drover
