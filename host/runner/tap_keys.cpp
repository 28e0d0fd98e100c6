#include "runner/tap_keys.hpp"

#include <cerrno>
#include <cstring>
#include <sstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"
#include "base/file_text.hpp"

namespace drover {
namespace {

Error failed(const std::filesystem::path& file, const char* what) {
    return {ErrorKind::unavailable,
            file.string() + " cannot be " + what + ": " + std::strerror(errno) + "."};
}

std::string key_file_text(const CurveKeys& keys) {
    return "# A key pair of CURVE. The secret key is for its owner alone.\n"
           "metadata\n"
           "curve\n"
           "    public-key = \"" +
           keys.public_key + "\"\n    secret-key = \"" + keys.secret_key + "\"\n";
}

/// The text in quotes behind `name =`, or nothing.
std::string value_of(const std::string& text, const std::string& name) {
    const std::string begin = name + " = \"";
    const std::size_t at = text.find(begin);
    return at == std::string::npos ? "" : text.substr(at + begin.size(), curve_key_length);
}

}  // namespace

Result<CurveKeys> make_key_file(const std::filesystem::path& file) {
    auto keys = make_curve_keys();
    if (!keys) {
        return keys;
    }
    const FileDescriptor made(
        ::open(file.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!made.is_open() && errno == EEXIST) {
        return Error{ErrorKind::refused,
                     file.string() +
                         " exists, and a key that is in use must not be lost: choose "
                         "another name."};
    }
    const std::string text = key_file_text(keys.value());
    const bool is_written =
        made.is_open() &&
        ::write(made.number(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(made.number()) == 0;
    return is_written ? keys : Result<CurveKeys>(failed(file, "written"));
}

Result<CurveKeys> read_or_make_key_file(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) {
        return errno == ENOENT ? make_key_file(file) : failed(file, "read");
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return Error{ErrorKind::refused,
                     file.string() +
                         " holds a secret key, and others than its owner may read it. Run 'chmod "
                         "600 " +
                         file.string() + "', or make new keys if somebody may have seen it."};
    }
    const auto text = read_file_text(file);
    if (!text) {
        return failed(file, "read");
    }
    CurveKeys keys{value_of(*text, "public-key"), value_of(*text, "secret-key")};
    if (!is_curve_key(keys.public_key) || !is_curve_key(keys.secret_key)) {
        return Error{ErrorKind::invalid,
                     file.string() + " holds no key pair: remove it, and a new one is made."};
    }
    return keys;
}

Result<std::map<std::string, std::string>> read_tap_clients(const std::filesystem::path& file) {
    std::map<std::string, std::string> clients;
    const auto text = read_file_text(file);
    if (!text) {
        return errno == ENOENT ? Result<std::map<std::string, std::string>>(clients)
                               : failed(file, "read");
    }
    std::istringstream stream(*text);
    std::size_t number = 0;
    for (std::string line; std::getline(stream, line);) {
        ++number;
        std::istringstream words(line);
        std::string key;
        std::string name;
        words >> key;
        std::getline(words >> std::ws, name);
        if (is_curve_key(key)) {
            clients[key] = name.empty() ? "a client" : name;
        } else if (!key.empty() && key != "#") {
            return Error{ErrorKind::invalid,
                         file.string() + ":" + std::to_string(number) + ": '" + key +
                             "' is no public key: one has 40 letters, as 'drover tap --new-key "
                             "FILE' prints it. A comment begins with '# '."};
        }
    }
    return clients;
}

}  // namespace drover
