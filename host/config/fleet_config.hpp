/// What agents.yaml says, as plain data, and reading it. Keys and meanings: docs/agents_yaml.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/quota.hpp"
#include "base/result.hpp"
#include "base/system_user.hpp"

namespace drover {

using Nanoseconds = std::chrono::nanoseconds;

/// Where something stands in a file; line and column count from 1, 0 means "the file as a whole".
struct SourcePlace {
    std::string file;
    int line = 0;
    int column = 0;
};

/// One thing that is wrong or worth a warning: where, and a sentence.
struct Fault {
    SourcePlace place;
    std::string message;

    /// "agents.yaml:14:7: message"
    [[nodiscard]] std::string text() const;
};

enum class RestartMode { no, always, on_failure, unless_stopped };

/// How long to wait before each restart. The first one after `reset_after` of healthy time is at
/// once; the next ones wait initial, initial × factor, … up to `longest`, each ± jitter.
struct Backoff {
    Nanoseconds initial = std::chrono::milliseconds(100);
    double factor = 2;
    Nanoseconds longest = std::chrono::seconds(30);
    double jitter = 0.2;
    Nanoseconds reset_after = std::chrono::seconds(60);
};

/// What follows when restart_limit is passed: stay failed, try again after a pause, restart all
/// that belong together, or end the whole fleet.
enum class AfterLimit { fail, cooldown, restart_group, shutdown };

/// How many restarts a sliding window allows, and what then.
struct RestartLimit {
    int max_restarts = 5;
    Nanoseconds window = std::chrono::seconds(60);
    AfterLimit then = AfterLimit::cooldown;
    Nanoseconds cooldown = std::chrono::minutes(5);
};

/// A callback that runs longer than `timeout` is hung; `grace` holds from the start until ready.
struct Heartbeat {
    Nanoseconds timeout = std::chrono::seconds(2);
    Nanoseconds grace = std::chrono::seconds(10);
};

/// What is done with an agent whose callback runs longer than heartbeat.timeout: SIGABRT, so that
/// its crash report tells where, then SIGKILL; SIGKILL at once; nothing, its health says `hung`.
enum class OnHang { abort, kill, report };

/// How much of what an agent writes is kept.
struct LogConfig {
    std::uint64_t max_size = std::uint64_t{10} << 20U;  ///< Bytes of one file.
    int max_files = 5;                                  ///< The one that is written included.
    int rate = 2000;  ///< Lines a second that are written; 0: all. What is beyond is counted.

    bool operator==(const LogConfig&) const = default;
};

/// The router's log of durable messages.
struct DurableLogConfig {
    std::uint64_t segment_size = std::uint64_t{64} << 20U;  ///< Bytes of one file.
    std::uint64_t max_size = std::uint64_t{4} << 30U;       ///< Bytes of all files.

    bool operator==(const DurableLogConfig&) const = default;
};

/// How much an agent may use; nothing: no limit of drover's. Docs: docs/agents_yaml.md.
struct LimitsConfig {
    static constexpr std::uint64_t unlimited = ~std::uint64_t{0};

    std::optional<std::uint64_t> memory;  ///< Bytes of its whole tree; beyond it is restarted.
    std::optional<int> cpu_percent;       ///< Of its whole tree; 100: one processor.
    std::optional<int> processes;         ///< Of its whole tree, threads included.
    std::optional<std::uint64_t> open_files;
    std::optional<std::uint64_t> core;           ///< Bytes.
    std::optional<std::uint64_t> address_space;  ///< Bytes.
    std::optional<std::uint64_t> file_size;      ///< Bytes.
    std::optional<std::uint64_t> locked_memory;  ///< Bytes.
    std::optional<int> nice;                     ///< -20 to 19.
    std::vector<int> cpus{};                     ///< Sorted; empty: all.
    SourcePlace place;                           ///< Of the last `limits` that was read.
};

/// What stands ready for the next start of an agent: nothing; a process that has loaded its plugin
/// and is copied; a second process of its own that waits for its configuration.
enum class Standby { none, zygote, spare };

/// The words of agents.yaml.
[[nodiscard]] std::string_view text_of(Standby standby);

/// What the supervisor does when an agent fails, hangs or must stop, and keeps of its words.
struct SupervisionConfig {
    RestartMode restart = RestartMode::on_failure;
    Backoff backoff;
    RestartLimit restart_limit;
    Heartbeat heartbeat;
    OnHang on_hang = OnHang::abort;
    Nanoseconds shutdown_timeout = std::chrono::seconds(10);
    std::vector<int> success_exit_codes{};  ///< 0 to 255; they count like 0, which always counts.
    LogConfig log;
    LimitsConfig limits;
    Quota quota;  ///< Of what it publishes.
    Standby standby = Standby::none;
};

/// What another agent must have reached. `completed`: it ended, well or not, and is not restarted;
/// `log_ready`: it wrote a line that matches a pattern.
enum class DependencyCondition { started, healthy, completed, completed_successfully, log_ready };

/// The words of agents.yaml.
[[nodiscard]] std::string_view text_of(DependencyCondition condition);

/// Whether it holds only while the other agent runs.
[[nodiscard]] constexpr bool is_of_running(DependencyCondition condition) {
    return condition != DependencyCondition::completed &&
           condition != DependencyCondition::completed_successfully;
}

/// What an agent that runs does while the condition of a dependency does not hold any more: go on,
/// be paused (it gets nothing to do), or be stopped until the condition holds again.
enum class OnDown { ignore, pause, stop };
[[nodiscard]] std::string_view text_of(OnDown reaction);

struct Dependency {
    std::string agent;
    DependencyCondition condition = DependencyCondition::healthy;
    bool restart = false;  ///< Restart this agent when the dependency came back healthy.
    OnDown on_down = OnDown::ignore;
    std::string pattern;  ///< Of log_ready: a LinePattern's text.
    SourcePlace place;
};

/// When an agent runs. Exactly one of `calendar`, `start` with `stop`, and `cron` is given. Whether
/// their texts mean something is checked by the schedule room.
struct ScheduleConfig {
    std::string calendar;          ///< "XNYS": during the regular sessions of this exchange,
    Nanoseconds lead_in{};         ///< from this long before they begin
    Nanoseconds lead_out{};        ///< until this long after they have ended.
    std::string start;             ///< From the moments of this cron expression
    std::string stop;              ///< until those of this one.
    std::string cron;              ///< Once at each of these moments, until it ends by itself.
    std::string timezone = "UTC";  ///< Of the cron expressions.
    bool run_on_start = false;     ///< Of `cron`: once at the start of the fleet, too.
    SourcePlace place;
    std::map<std::string, SourcePlace> places;  ///< Of its keys.
};

/// Which instance of a replicated agent gets a message: all of them, each in turn, or always the
/// same one for the same value of a field.
struct Distribution {
    enum class Mode { all, round_robin, by_key };
    Mode mode = Mode::all;
    std::string key;  ///< Of by_key: a field of the messages' records.

    bool operator==(const Distribution&) const = default;
};

/// The words of agents.yaml.
[[nodiscard]] std::string_view text_of(Distribution::Mode mode);

enum class Delivery { stream, latest, durable };

/// The words of agents.yaml.
[[nodiscard]] std::string_view text_of(Delivery delivery);

/// A rule for topics; the first rule whose pattern matches a topic decides.
struct TopicRule {
    std::string pattern;
    Delivery delivery = Delivery::stream;
    bool gated = false;
    std::optional<std::vector<std::string>> publishers;  ///< Nothing: any agent with a port.
    /// Nothing: any agent with a port. Others receive nothing of it.
    std::optional<std::vector<std::string>> subscribers;
    std::optional<std::vector<std::string>> receivers;  ///< Of durable topics.
    bool receivers_declared = false;
    SourcePlace place;
    /// Where each agent of the lists stands, by "publishers/risk".
    std::map<std::string, SourcePlace> name_places;
};

/// A secret of an agent: its value lies in a file and nowhere else.
struct AgentSecret {
    std::string name;
    std::filesystem::path file;
    std::size_t fingerprint = 0;  ///< Of the value when the file was read; never written down.
    SourcePlace place;
};

/// What an agent in a sandbox may reach beside what it cannot run without.
struct SandboxConfig {
    bool network = false;
    std::vector<std::filesystem::path> read{};   ///< Absolute if the file's path is.
    std::vector<std::filesystem::path> write{};  ///< The same.
    SourcePlace place{};
};

struct AgentConfig {
    std::string name;
    std::string plugin;                 ///< As written.
    std::filesystem::path plugin_file;  ///< Where it was found; empty when a fault says it was not.
    std::string agent;                  ///< Which agent of the library; empty: its only one.
    std::vector<Dependency> depends_on;
    SupervisionConfig supervision;
    std::string restart_group;  ///< Who is restarted together by `then: restart_group`; or empty.
    std::optional<ScheduleConfig> schedule;  ///< Nothing: it runs as long as the fleet.
    std::optional<int> replicas;  ///< How many instances; nothing: one, under its own name.
    Distribution distribution;
    /// Of an instance (see expand_instances): the name in the file. Empty: it is no instance.
    std::string instance_of;
    bool enabled = true;
    bool observer = false;
    std::optional<bool> simulate;
    /// Ids of extensions ("drover.simulation/1"); nothing: those that its plugin asks for.
    std::optional<std::vector<std::string>> grants;
    std::string config_json = "{}";  ///< `config` as JSON text, variables replaced.
    /// Where each value of `config` stands, by JSON pointer ("" is the whole, "/crossover/fast").
    /// A value from the command line has "--set …" as its file.
    std::map<std::string, SourcePlace> config_places;
    /// Where each key of a map stands, by the same pointers.
    std::map<std::string, SourcePlace> config_key_places;
    /// Name and value of its process's own variables, from the files of `env_file`.
    std::vector<std::pair<std::string, std::string>> variables;
    std::vector<AgentSecret> secrets;
    /// Which values of `config` are secrets, by JSON pointer; there `config_json` has
    /// "${secret:NAME}".
    std::map<std::string, std::string> secret_values;
    std::optional<SandboxConfig> sandbox;  ///< Nothing: none.
    std::optional<SystemUser> user;        ///< As whom its process runs; nothing: as droverd.
    SourcePlace place;
    SourcePlace plugin_place;
    SourcePlace grants_place;
    SourcePlace user_place;
    SourcePlace restart_group_place;
    SourcePlace agent_place;  ///< Of the key `agent`; of the plugin where there is none.
    SourcePlace replicas_place;
    SourcePlace distribution_place;

    /// Its name in the file.
    [[nodiscard]] const std::string& declared_name() const {
        return instance_of.empty() ? name : instance_of;
    }
};

/// What the guard does when the supervisor is lost: end every process of the fleet, or start
/// another supervisor that goes on with them.
enum class OnSupervisorDeath { kill, adopt };

/// So many instances an agent may have.
inline constexpr int most_replicas = 64;

/// "worker.3", the name of an instance; they are numbered from 1.
[[nodiscard]] std::string instance_name(const std::string& agent, int number);

struct FleetConfig {
    std::filesystem::path file;  ///< Absolute.
    std::string name;
    bool watch = false;  ///< Whether droverd applies the file when it is saved.
    OnSupervisorDeath on_supervisor_death = OnSupervisorDeath::kill;
    std::optional<std::string> replay_clock;  ///< The agent of `clock: {replay: X}`; nothing: wall.
    LogConfig log;                            ///< Of droverd and the router: `defaults.log`.
    /// How long the whole fleet may take to stop before what is left is killed.
    Nanoseconds shutdown_timeout = std::chrono::seconds(60);
    DurableLogConfig durable_log;  ///< `log`.
    std::vector<TopicRule> topics;
    std::vector<AgentConfig> agents;  ///< In the file's order.
    std::vector<Fault> warnings;      ///< "… this rule is never reached …"
    /// Every value of the file as text by its JSON pointer, variables replaced: who compares two
    /// files by these forgets no key. See written_values.
    std::map<std::string, std::string> written;

    [[nodiscard]] const AgentConfig* find(const std::string& agent) const;
};

/// Where plugins named without a slash are looked for, in order.
struct PluginSearch {
    std::vector<std::filesystem::path> folders;
};

/// The folders for programs that lie in `bin`: <bin>/../plugins, then DROVER_PLUGIN_PATH.
[[nodiscard]] PluginSearch default_plugin_search(const std::filesystem::path& bin);

/// One `--set AGENT.KEY=VALUE`: VALUE is YAML; KEY may have dots for nested keys.
struct Override {
    std::string agent;
    std::vector<std::string> keys;
    std::string value;
    std::string text;  ///< As typed, for messages.
};

/// Reads the text of one `--set`. The agent's name is what stands before the first dot; the keys
/// follow, each behind a dot. Fails with `invalid` and a sentence that shows the right form.
[[nodiscard]] Result<Override> parse_override(std::string_view text);

/// What a file says, as far as it can be understood, and every fault in it in the order of the
/// file. With a fault `config` is incomplete: for finding more faults, not for running. An agent
/// whose plugin was not found has no plugin_file.
struct FleetReading {
    FleetConfig config;
    std::vector<Fault> faults;
};

/// Reads agents.yaml. Environment variables are replaced. The plugins' own config schemas are
/// checked by the fleet room, not here.
[[nodiscard]] FleetReading read_fleet_config(const std::filesystem::path& file,
                                             const PluginSearch& search,
                                             const std::vector<Override>& overrides = {});

/// The same for a text that stands, or stood, in `file`: paths resolve against its folder.
[[nodiscard]] FleetReading read_fleet_text(const std::string& text,
                                           const std::filesystem::path& file,
                                           const PluginSearch& search,
                                           const std::vector<Override>& overrides = {});

/// The same for those who want all or nothing.
[[nodiscard]] std::variant<FleetConfig, std::vector<Fault>> load_fleet_config(
    const std::filesystem::path& file,
    const PluginSearch& search,
    const std::vector<Override>& overrides = {});

}  // namespace drover
