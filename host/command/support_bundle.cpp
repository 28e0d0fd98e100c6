/// Collecting files in a temporary folder, and packing it.
#include "command/support_bundle.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "command/control_client.hpp"
#include "command/doctor_verb.hpp"
#include "command/exit_code.hpp"
#include "command/secret_text.hpp"
#include "config/agent_secrets.hpp"
#include "config/overlay.hpp"
#include "process/launcher.hpp"
#include "process/programs_folder.hpp"

namespace drover {

namespace {

/// Of each file the end: what happened last is what matters.
constexpr std::streamoff most_of_a_file = 2'000'000;

std::string time_in_name() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    char text[32];
    (void)std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &utc);
    return text;
}

/// The last part of a file, from the beginning of a line.
std::string end_of_file(const std::filesystem::path& file) {
    std::error_code fault;
    if (std::filesystem::is_other(file, fault)) {
        return "";  // A pipe would keep us waiting.
    }
    std::ifstream input(file, std::ios::binary | std::ios::ate);
    const std::streamoff size = input.tellg();
    const std::streamoff start = std::max<std::streamoff>(size - most_of_a_file, 0);
    input.seekg(start);
    std::string text(static_cast<std::size_t>(std::max<std::streamoff>(size - start, 0)), '\0');
    input.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(input.gcount()));
    if (start > 0) {
        text.erase(0, text.find('\n') + 1);
    }
    return text;
}

/// A folder that is gone afterwards.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "drover-support-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data()) == nullptr ? "" : pattern;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        if (!path_.empty()) {
            std::filesystem::remove_all(path_, ignored);
        }
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// The values that must not leave this machine, as far as the fleet's file names them.
std::vector<std::string> secrets_of_fleet(const std::filesystem::path& file) {
    std::vector<std::string> values;
    const FleetReading reading = read_fleet_config(file, default_plugin_search(programs_folder()));
    for (const AgentConfig& agent : reading.config.agents) {
        for (const AgentSecret& secret : agent.secrets) {
            if (auto value = read_secret(secret.file)) {
                values.push_back(std::move(value.value()));
            }
        }
        for (const auto& [name, value] : agent.variables) {
            if (is_secret_key(name)) {
                values.push_back(value);
            }
        }
    }
    return values;
}

/// Gathers what there is; what there is not is passed over.
class Bundle {
public:
    Bundle(const BundleOptions& options, std::filesystem::path folder)
        : options_(options), folder_(std::move(folder)) {}

    void collect() {
        add_status();
        add("doctor.txt", doctor_text(run_checks(options_.place)));
        add_config();
        for (const char* part : {"logs", "events", "crashes"}) {
            add_folder(part);
        }
    }

private:
    /// The fleet that runs knows best which file it is of.
    void add_status() {
        auto client = ControlClient::connect(options_.place.state_directory);
        const auto document = client ? client.value().call("status", Json::object(), answer_time)
                                     : Result<Json>(client.error());
        if (!document) {
            secrets_ = secrets_of_fleet(file_);
            add("status.txt", document.error().message + "\n");
            return;
        }
        const Json supervisor = value_or<Json>(document.value(), "supervisor", Json::object());
        if (!options_.place.is_file_named) {
            file_ = value_or<std::string>(supervisor, "file", file_.string());
            environment_ = value_or<std::string>(supervisor, "environment", "");
            (void)::setenv("DROVER_ENVIRONMENT", environment_.c_str(), 1);
        }
        secrets_ = secrets_of_fleet(file_);
        add("status.json", document.value().dump(2) + "\n");
        for (const Json& agent : value_or<Json>(document.value(), "agents", Json::array())) {
            const auto name = value_or<std::string>(agent, "name", "");
            if (const auto about = client.value().call("describe", {{"name", name}}, answer_time)) {
                add("agents/" + name + ".json", about.value().dump(2) + "\n");
            }
        }
    }
    void add_config() {
        add_file(file_, "config/" + file_.filename().string());
        if (!environment_.empty()) {
            const auto overlay = overlay_file(file_, environment_);
            add_file(overlay, "config/" + overlay.filename().string());
        }
    }
    void add_folder(const std::string& part) {
        std::error_code fault;
        const auto folder = options_.place.state_directory / part;
        for (auto entry = std::filesystem::recursive_directory_iterator(folder, fault);
             !fault && entry != std::filesystem::recursive_directory_iterator();
             entry.increment(fault)) {
            std::error_code ignored;
            if (entry->is_regular_file(ignored)) {
                add_file(entry->path(),
                         part + "/" + entry->path().lexically_relative(folder).generic_string());
            }
        }
    }
    void add_file(const std::filesystem::path& file, const std::string& name) {
        std::error_code ignored;
        if (std::filesystem::is_regular_file(file, ignored)) {
            add(name, end_of_file(file));
        }
    }
    void add(const std::string& name, const std::string& text) {
        std::error_code ignored;
        const auto file = folder_ / name;
        std::filesystem::create_directories(file.parent_path(), ignored);
        std::ofstream(file, std::ios::binary) << without_secrets(text, secrets_);
    }

    const BundleOptions& options_;
    std::filesystem::path file_ = options_.place.file;
    std::string environment_ = fleet_environment();
    std::filesystem::path folder_;
    std::vector<std::string> secrets_;
};

Result<void> pack(const std::filesystem::path& folder, const std::filesystem::path& output) {
    constexpr auto longest = std::chrono::minutes(2);
    LaunchRequest request;
    request.program = "/usr/bin/tar";
    std::error_code ignored;
    if (!std::filesystem::exists(request.program, ignored)) {
        request.program = "/bin/tar";
    }
    request.arguments = {"--create",
                         "--gzip",
                         "--owner=0",
                         "--group=0",
                         "--file",
                         output.string(),
                         "--directory",
                         folder.parent_path().string(),
                         folder.filename().string()};
    request.errors = 2;
    const auto child = launch(request);
    if (!child) {
        return child.error();
    }
    const auto status = wait_for_exit(child.value(), longest);
    if (!status || !status->is_success()) {
        return Error{ErrorKind::invalid,
                     output.string() + " cannot be written: tar " +
                         (status ? "ended with " + status->text() : "takes too long") + "."};
    }
    return success();
}

}  // namespace

int run_support_bundle(const BundleOptions& options) {
    const std::string name = "drover-support-" + time_in_name();
    std::error_code ignored;
    const std::filesystem::path output = std::filesystem::absolute(
        options.output.empty() ? std::filesystem::path(name + ".tar.gz") : options.output, ignored);
    const TemporaryFolder temporary;
    if (temporary.path().empty()) {
        return report({ErrorKind::invalid, "No temporary folder can be made."});
    }
    const auto folder = temporary.path() / name;
    Bundle(options, folder).collect();
    std::filesystem::path draft = output;
    draft += ".new";
    const auto packed = pack(folder, draft);
    std::error_code fault;
    if (packed) {
        std::filesystem::permissions(
            draft,
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
            ignored);
        std::filesystem::rename(draft, output, fault);
    }
    if (!packed || fault) {
        std::filesystem::remove(draft, ignored);
        return report(packed
                          ? Error{ErrorKind::invalid,
                                  output.string() + " cannot be written: " + fault.message() + "."}
                          : packed.error());
    }
    std::printf(
        "%s holds status, events, logs and the fleet's file. Secrets are masked as far as they "
        "can be known; look through it before you send it.\n",
        output.c_str());
    return exit_ok;
}

}  // namespace drover
