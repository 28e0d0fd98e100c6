#include "daemon/state_directory.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"
#include "base/file_text.hpp"
#include "base/kept_folder.hpp"
#include "base/names.hpp"
#include "process/kill_switch_page.hpp"

namespace drover {
namespace {

const std::string state_file_name = "state.sqlite";

/// What agents remember is their owner's alone: positions, orders, whatever a plugin keeps. Version
/// 1 left the rights to the umask.
Result<void> close_to_others(const std::filesystem::path& directory) {
    using std::filesystem::perms;
    std::error_code fault;
    const perms of_others = perms::group_all | perms::others_all;
    const auto close = [&](const std::filesystem::path& path) {
        std::filesystem::permissions(path, of_others, std::filesystem::perm_options::remove, fault);
    };
    close(directory / "agents");
    for (auto entry = std::filesystem::directory_iterator(directory / "agents", fault);
         !fault && entry != std::filesystem::directory_iterator();
         entry.increment(fault)) {
        close(entry->path());
    }
    if (fault) {
        return Error{ErrorKind::unavailable,
                     "The rights of " + (directory / "agents").string() +
                         " cannot be changed: " + fault.message() + "."};
    }
    return success();
}

/// agents/NAME.sqlite, with what SQLite keeps beside it, becomes agents/NAME/state.sqlite.
Result<void> give_each_agent_a_folder(const std::filesystem::path& directory) {
    constexpr std::string_view ending = ".sqlite";
    std::vector<std::filesystem::path> files;
    std::error_code fault;
    for (auto entry = std::filesystem::directory_iterator(directory / "agents", fault);
         !fault && entry != std::filesystem::directory_iterator();
         entry.increment(fault)) {
        std::error_code ignored;
        if (entry->is_regular_file(ignored)) {
            files.push_back(entry->path());
        }
    }
    for (const std::filesystem::path& file : files) {
        const std::string name = file.filename().string();
        const std::size_t end = name.rfind(ending);
        if (end == std::string::npos || end == 0 || fault) {
            continue;
        }
        const std::filesystem::path folder = directory / "agents" / name.substr(0, end);
        std::filesystem::create_directory(folder, fault);
        if (!fault) {
            std::filesystem::permissions(folder, std::filesystem::perms::owner_all, fault);
        }
        if (!fault) {
            std::filesystem::rename(
                file, folder / (state_file_name + name.substr(end + ending.size())), fault);
        }
        if (!fault) {
            fault = sync_folder(folder);
        }
    }
    if (!fault) {
        fault = sync_folder(directory / "agents");
    }
    if (fault) {
        return Error{ErrorKind::unavailable,
                     "The agents' state in " + (directory / "agents").string() +
                         " cannot be moved into a folder an agent: " + fault.message() + "."};
    }
    return success();
}

struct Migration {
    int from;
    Result<void> (*run)(const std::filesystem::path& directory);
};
/// Each makes a directory of version `from` one of the next; done twice it changes nothing more.
constexpr std::array migrations{Migration{1, close_to_others},
                                Migration{2, give_each_agent_a_folder}};
static_assert(migrations.back().from + 1 == StateDirectory::version);

Result<void> migrate(const std::filesystem::path& directory, int found) {
    for (const Migration& migration : migrations) {
        if (migration.from < found) {
            continue;
        }
        if (auto done = migration.run(directory); !done) {
            return done;
        }
        const std::string next = std::to_string(migration.from + 1) + "\n";
        if (auto written = replace_file(directory / "version", next); !written) {
            return written;
        }
    }
    return success();
}

bool write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t wrote = ::write(file, text.data(), text.size());
        if (wrote < 0 && errno != EINTR) {
            return false;
        }
        text.remove_prefix(wrote > 0 ? static_cast<std::size_t>(wrote) : 0);
    }
    return true;
}

}  // namespace

Result<StateDirectory> StateDirectory::open(const std::filesystem::path& directory) {
    std::error_code fault;
    const StateDirectory state(std::filesystem::canonical(directory, fault));
    for (const char* folder : {"agents", "logs", "events", "cache"}) {
        if (!fault) {
            fault = make_kept_folders(state.path_ / folder);
        }
    }
    if (fault) {
        return Error{ErrorKind::unavailable,
                     "The state directory " + directory.string() +
                         " cannot be used: " + fault.message() + "."};
    }
    if (const auto found = read_state_version(state.path_)) {
        auto usable = check_state_version(state.path_);
        if (usable) {
            usable = migrate(state.path_, *found);
        }
        return usable ? Result<StateDirectory>(state) : usable.error();
    }
    if (auto closed = close_to_others(state.path_); !closed) {
        return closed.error();
    }
    const auto kill_switch = KillSwitchPage::open(state.kill_switch(), true);
    if (!kill_switch) {
        return kill_switch.error();
    }
    const auto written = replace_file(state.path_ / "version", std::to_string(version) + "\n");
    if (!written) {
        return written.error();
    }
    return state;
}

Result<StateDirectory> StateDirectory::look_at(const std::filesystem::path& directory) {
    const int found = read_state_version(directory).value_or(0);
    if (found != version) {
        return Error{ErrorKind::refused,
                     "the state directory " + directory.string() + " has version " +
                         std::to_string(found) + ", and this drover works with version " +
                         std::to_string(version) +
                         "; 'drover down' and 'drover up' take it along."};
    }
    return StateDirectory(directory);
}

std::filesystem::path StateDirectory::log_of(std::string_view agent) const {
    return path_ / "logs" / (log_stem_of(agent) + ".log");
}

std::filesystem::path StateDirectory::state_of(std::string_view agent) const {
    return path_ / "agents" / agent / state_file_name;
}

Result<void> StateDirectory::make_state_folder(std::string_view agent) const {
    const std::filesystem::path folder = path_ / "agents" / agent;
    std::error_code fault;
    if (::mkdir(folder.c_str(), 0700) == 0) {
        fault = sync_folder(folder.parent_path());
    } else if (errno != EEXIST) {
        fault = {errno, std::generic_category()};
    }
    if (fault) {
        return Error{ErrorKind::unavailable,
                     "The folder " + folder.string() + " cannot be made: " + fault.message() + "."};
    }
    return success();
}

Result<void> StateDirectory::check_handles() const {
    std::error_code fault;
    if (std::filesystem::exists(handles(), fault)) {
        return success();
    }
    for (const auto& entry : std::filesystem::directory_iterator(durable_log(), fault)) {
        if (entry.path().extension() == ".segment") {
            return Error{ErrorKind::invalid,
                         "The file " + handles().string() + " is gone, and the durable log in " +
                             durable_log().string() +
                             " names agents by the numbers in it. Restore the file, or begin anew "
                             "with `drover up --fresh`, which forgets the log and the agents' "
                             "state."};
        }
    }
    return success();
}

Result<void> StateDirectory::forget_agents() const {
    std::error_code fault;
    std::filesystem::remove(kept_stops(), fault);
    // The log and the agents' files know each other: one without the other would be refused.
    std::filesystem::remove_all(durable_log(), fault);
    std::filesystem::remove(upgraded(), fault);
    for (const auto& entry : std::filesystem::directory_iterator(path_ / "agents", fault)) {
        std::filesystem::remove_all(entry.path(), fault);
        if (fault) {
            break;
        }
    }
    // What comes back after a power loss would meet files of another life.
    for (const auto& folder : {durable_log().parent_path(), path_ / "agents", path_}) {
        if (!fault && std::filesystem::exists(folder, fault)) {
            fault = sync_folder(folder);
        }
    }
    if (fault) {
        return Error{ErrorKind::unavailable,
                     "The agents' state in " + (path_ / "agents").string() +
                         " cannot be removed: " + fault.message() + "."};
    }
    return success();
}

Result<void> replace_file(const std::filesystem::path& file, std::string_view text) {
    const std::filesystem::path draft = file.string() + ".new";
    FileDescriptor made(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    const bool is_written = made.is_open() && write_all(made.number(), text) &&
                            ::fsync(made.number()) == 0 &&
                            ::rename(draft.c_str(), file.c_str()) == 0;
    if (!is_written) {
        return Error{
            ErrorKind::unavailable,
            "The file " + file.string() + " cannot be written: " + std::strerror(errno) + "."};
    }
    if (const auto fault = sync_folder(file.parent_path())) {
        return Error{ErrorKind::unavailable,
                     "The file " + file.string() +
                         " cannot be forced to the disk: " + fault.message() + "."};
    }
    return success();
}

}  // namespace drover
