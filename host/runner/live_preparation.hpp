/// What a live agent needs and can be made before it is configured: its plugin's library and the
/// context of its message link.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "link/agent_link.hpp"
#include "link/link_context.hpp"
#include "plugin/plugin_library.hpp"
#include "process/kill_switch_page.hpp"
#include "process/status_page.hpp"
#include "runner/agent_file.hpp"
#include "runner/agent_loading.hpp"
#include "runner/configure_message.hpp"
#include "runner/link_session.hpp"

namespace drover {

/// Who the agent is on its link.
[[nodiscard]] LinkIdentity link_identity(const ConfigureMessage& wanted);

/// Opens the kill switch, to be read; one that cannot be read counts as engaged. Where the grant
/// drover.control/1 is given, opens it a second time, to be engaged, and lends it to the agent.
void open_switches(ConfigureMessage& wanted,
                   KillSwitchPage& read,
                   std::optional<KillSwitchPage>& engageable);

/// Makes each of them once, when it is first asked for. One thread.
class LivePreparation {
public:
    /// `library` was loaded by this process already, or is null.
    explicit LivePreparation(std::shared_ptr<PluginLibrary> library)
        : library_(std::move(library)) {}

    /// The library at an absolute path. While it is loaded, `page` says so.
    [[nodiscard]] Result<std::shared_ptr<PluginLibrary>> library(const std::filesystem::path& file,
                                                                 StatusPageLayout& page);
    /// The agent that is configured, of that library.
    [[nodiscard]] Result<LoadedAgent> agent(const ConfigureMessage& wanted, StatusPageLayout& page);
    /// Loads that agent and opens its state, does with it what is ordered, and adds to the setup
    /// what comes from both. It lends from `loaded`.
    [[nodiscard]] Result<AgentFile> outfit(ConfigureMessage& wanted,
                                           LoadedAgent& loaded,
                                           StatusPageLayout& page);
    /// Makes both: what needs no configuration, for a process that stands by.
    [[nodiscard]] Result<void> prepare(const std::filesystem::path& file, StatusPageLayout& page);
    /// The message link; it must not outlive this object.
    [[nodiscard]] Result<AgentLink> connect(const std::string& endpoint);
    /// Watches the connection of a link that `connect` made, where the agent is told of its end.
    [[nodiscard]] Result<void> watch(LinkSession& session, const AgentRunner& runner);

private:
    [[nodiscard]] Result<LinkContext*> context();

    std::shared_ptr<PluginLibrary> library_;
    std::unique_ptr<LinkContext> context_;
};

}  // namespace drover
