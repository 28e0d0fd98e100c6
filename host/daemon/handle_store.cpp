#include "daemon/handle_store.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/file_text.hpp"
#include "base/json_value.hpp"
#include "daemon/state_directory.hpp"

namespace drover {
namespace {

/// Hashes are written as text: readers of JSON round numbers of 64 bits.
StoredType type_from(const Json& json) {
    return {json.at("name").get<std::string>(),
            json.at("version").get<std::uint32_t>(),
            std::stoull(json.at("layout_hash").get<std::string>()),
            json.at("handle").get<std::uint32_t>()};
}

Json json_of(const StoredType& type) {
    return {{"name", type.name},
            {"version", type.version},
            {"layout_hash", std::to_string(type.layout_hash)},
            {"handle", type.handle}};
}

}  // namespace

Result<HandleStore> HandleStore::open(const std::filesystem::path& file) {
    HandleStore store(file);
    std::error_code fault;
    if (!std::filesystem::exists(file, fault) && !fault) {
        return store;
    }
    const auto text = read_file_text(file);
    if (!text) {
        return Error{
            ErrorKind::unavailable,
            "The file " + file.string() + " cannot be read: " + std::strerror(errno) + "."};
    }
    const auto read = store.read(*text);
    if (!read) {
        return Error{ErrorKind::invalid,
                     read.error().message +
                         " It holds numbers that must never be used twice, so droverd does not "
                         "begin anew by itself. Restore " +
                         file.string() + " or choose another --state-dir."};
    }
    return store;
}

Result<void> HandleStore::read(const std::string& text) {
    try {
        const Json json = Json::parse(text);
        epoch_ = json.at("epoch").get<std::uint64_t>();
        reserved_epoch_ = epoch_;
        last_publisher_ = json.at("last_publisher").get<std::uint32_t>();
        for (const auto& [name, entry] : json.at("publishers").items()) {
            const auto incarnation = entry.at("incarnation").get<std::uint32_t>();
            publishers_[name] = {entry.at("handle").get<std::uint32_t>(), incarnation, incarnation};
        }
        for (const Json& entry : json.at("types")) {
            types_.push_back(type_from(entry));
        }
        return success();
    } catch (const std::exception& fault) {
        return Error{ErrorKind::invalid,
                     "The file " + file_.string() + " is damaged (" + fault.what() + ")."};
    }
}

std::uint32_t HandleStore::publisher(const std::string& name) {
    Publisher& publisher = publishers_[name];
    if (publisher.handle == 0) {
        publisher.handle = ++last_publisher_;
    }
    return publisher.handle;
}

std::uint32_t HandleStore::type(const std::string& name,
                                std::uint32_t version,
                                std::uint64_t layout_hash) {
    const auto found = std::ranges::find_if(types_, [&](const StoredType& type) {
        return type.name == name && type.version == version && type.layout_hash == layout_hash;
    });
    if (found != types_.end()) {
        return found->handle;
    }
    const std::uint32_t handle = types_.empty() ? 1 : types_.back().handle + 1;
    types_.push_back({name, version, layout_hash, handle});
    return handle;
}

Result<void> HandleStore::save() {
    return write(at_a_time);
}

Result<void> HandleStore::give_back() {
    return write(0);
}

Result<void> HandleStore::write(std::uint32_t more) {
    Json publishers = Json::object();
    for (const auto& [name, publisher] : publishers_) {
        publishers[name] = {{"handle", publisher.handle},
                            {"incarnation", publisher.incarnation + more}};
    }
    Json types = Json::array();
    for (const StoredType& type : types_) {
        types.push_back(json_of(type));
    }
    const Json json = {{"epoch", epoch_ + more},
                       {"last_publisher", last_publisher_},
                       {"publishers", std::move(publishers)},
                       {"types", std::move(types)}};
    auto written = replace_file(file_, to_line(json) + "\n");
    if (written) {
        reserved_epoch_ = epoch_ + more;
        for (auto& [name, publisher] : publishers_) {
            publisher.reserved = publisher.incarnation + more;
        }
    }
    return written;
}

Result<std::uint32_t> HandleStore::next_incarnation(const std::string& agent) {
    publisher(agent);
    Publisher& own = publishers_[agent];
    if (own.incarnation == own.reserved) {
        if (const auto saved = save(); !saved) {
            return saved.error();
        }
    }
    return ++own.incarnation;
}

Result<std::uint64_t> HandleStore::next_epoch() {
    if (epoch_ == reserved_epoch_) {
        if (const auto saved = save(); !saved) {
            return saved.error();
        }
    }
    return ++epoch_;
}

}  // namespace drover
