#include "config/agent_secrets.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <functional>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"
#include "base/names.hpp"
#include "config/source_text.hpp"

namespace drover {
namespace {

constexpr std::size_t longest_secret = 65536;
/// What is shorter could not be hidden where it is written: it would stand in every other word.
constexpr std::size_t shortest_secret = 4;
constexpr unsigned of_others = 077;

Error bad_file(const std::filesystem::path& file, const std::string& why) {
    return {ErrorKind::invalid, file.string() + " " + why};
}

/// Why the open file must not be used; success when it may.
Result<void> check_rights(const std::filesystem::path& file, int descriptor) {
    struct stat about {};
    if (::fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode)) {
        return bad_file(file, "is no regular file.");
    }
    if ((about.st_mode & of_others) != 0) {
        return bad_file(
            file, "can be read or written by others than its owner: chmod 600 " + file.string());
    }
    if (about.st_uid != ::geteuid() && about.st_uid != 0) {
        return bad_file(file,
                        "belongs to user " + std::to_string(about.st_uid) +
                            ", who could change it: chown it to the user who runs drover.");
    }
    return success();
}

Result<std::string> read_all(const std::filesystem::path& file, int descriptor) {
    std::string text;
    std::array<char, 4096> part{};
    while (text.size() <= longest_secret) {
        const ssize_t got = ::read(descriptor, part.data(), part.size());
        if (got < 0 && errno != EINTR) {
            return bad_file(file, std::string("cannot be read: ") + std::strerror(errno) + ".");
        }
        if (got == 0) {
            return text;
        }
        text.append(part.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    }
    return bad_file(file, "is larger than 64 KiB, the most that a secret may have.");
}

void read_one(const YamlEntry& entry,
              const MapReader& reader,
              AgentConfig& agent,
              const std::filesystem::path& folder) {
    if (!is_agent_name(entry.key)) {
        reader.add_fault(entry.key_place,
                         "'" + entry.key +
                             "' is no name for a secret: use 1 to 48 of a-z, 0-9, - _ and ., "
                             "beginning with a letter.");
        return;
    }
    if (entry.value.kind != YamlNode::Kind::scalar || entry.value.text.empty()) {
        reader.add_fault(entry.place(),
                         "secret '" + entry.key + "' takes the file it lies in, and this is " +
                             describe(entry.value) + ".");
        return;
    }
    AgentSecret secret{entry.key, (folder / entry.value.text).lexically_normal(), 0, entry.place()};
    if (const auto text = read_secret(secret.file)) {
        secret.fingerprint = std::hash<std::string>{}(text.value());
    } else {
        reader.add_fault(secret.place, "secret '" + entry.key + "': " + text.error().message);
    }
    agent.secrets.push_back(std::move(secret));
}

}  // namespace

Result<std::string> read_secret(const std::filesystem::path& file) {
    const FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!opened.is_open()) {
        return bad_file(file, std::string("cannot be opened: ") + std::strerror(errno) + ".");
    }
    if (const auto checked = check_rights(file, opened.number()); !checked) {
        return checked.error();
    }
    auto text = read_all(file, opened.number());
    if (!text) {
        return text;
    }
    std::string& value = text.value();
    if (value.ends_with('\n')) {
        value.pop_back();
    }
    if (value.ends_with('\r')) {
        value.pop_back();
    }
    if (value.size() < shortest_secret) {
        return bad_file(file,
                        value.empty() ? "is empty."
                                      : "holds less than 4 bytes, too little to be kept out of "
                                        "logs: it would stand in every other word.");
    }
    if (!is_utf8_text(value)) {
        return bad_file(file, "holds bytes that are no text.");
    }
    return text;
}

void read_secrets(const MapReader& reader,
                  AgentConfig& agent,
                  const std::filesystem::path& folder) {
    const YamlEntry* const entry = reader.find("secrets");
    if (entry == nullptr) {
        return;
    }
    if (entry->value.kind != YamlNode::Kind::map) {
        reader.add_fault(entry->place(),
                         "'secrets' takes a map from names to files, as in {api-key: "
                         "secrets/api_key}, and this is " +
                             describe(entry->value) + ".");
        return;
    }
    for (const YamlEntry& secret : entry->value.entries) {
        read_one(secret, reader, agent, folder);
    }
}

std::string secret_name_in(const std::string& text) {
    constexpr std::string_view before = "${secret:";
    const bool is_secret = text.starts_with(before) && text.find('}') == text.size() - 1;
    return is_secret ? text.substr(before.size(), text.size() - before.size() - 1) : "";
}

}  // namespace drover
