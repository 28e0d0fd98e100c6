#include "plugin/plugin_library.hpp"

#include <array>
#include <cstdio>
#include <fstream>
#include <utility>

#include <elf.h>
#include <link.h>

#include <boost/dll/shared_library.hpp>

namespace drover {
namespace {

using Entry = const drover_library*();

Error failure(const std::string& file, const std::string& what) {
    return {ErrorKind::invalid, "Plugin '" + file + "' " + what};
}

/// Why a library without `drover_library_v1` cannot be used.
Error no_entry(const boost::dll::shared_library& library, const std::string& file) {
    if (library.has("drover_library_v2")) {
        return failure(file, "was built for ABI 2; this drover speaks ABI " +
                                 std::to_string(DROVER_ABI_MAJOR) + ". Use a newer drover.");
    }
    return failure(file,
                   "exports no `drover_library_v1`, so it is no drover plugin. Write "
                   "DROVER_LIBRARY(YourAgent) in one source file and export the symbol.");
}

std::string hexadecimal(const unsigned char* bytes, std::size_t size) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (std::size_t index = 0; index < size; ++index) {
        text.push_back(digits[bytes[index] >> 4U]);
        text.push_back(digits[bytes[index] & 15U]);
    }
    return text;
}

/// Looks for the GNU build id in a note segment of the library that holds `address`.
struct BuildIdSearch {
    std::uintptr_t address = 0;
    std::string build_id;
};

std::string build_id_in(const dl_phdr_info& object, const ElfW(Phdr) & segment) {
    const auto* at = reinterpret_cast<const unsigned char*>(object.dlpi_addr + segment.p_vaddr);
    const auto* const end = at + segment.p_memsz;
    const auto padded = [](std::size_t size) { return (size + 3) / 4 * 4; };
    while (at + sizeof(ElfW(Nhdr)) <= end) {
        const auto* note = reinterpret_cast<const ElfW(Nhdr)*>(at);
        const auto* const content = at + sizeof(ElfW(Nhdr)) + padded(note->n_namesz);
        if (note->n_type == NT_GNU_BUILD_ID && content + note->n_descsz <= end) {
            return hexadecimal(content, note->n_descsz);
        }
        at = content + padded(note->n_descsz);
    }
    return {};
}

int visit_object(dl_phdr_info* object, std::size_t /*size*/, void* context) {
    auto& search = *static_cast<BuildIdSearch*>(context);
    bool holds_address = false;
    std::string build_id;
    for (int index = 0; index < object->dlpi_phnum; ++index) {
        const ElfW(Phdr)& segment = object->dlpi_phdr[index];
        const std::uintptr_t start = object->dlpi_addr + segment.p_vaddr;
        if (segment.p_type == PT_LOAD && search.address >= start &&
            search.address < start + segment.p_memsz) {
            holds_address = true;
        }
        if (segment.p_type == PT_NOTE && build_id.empty()) {
            build_id = build_id_in(*object, segment);
        }
    }
    if (holds_address) {
        search.build_id = build_id;
    }
    return holds_address ? 1 : 0;
}

std::string build_id_of(const drover_library& raw) {
    BuildIdSearch search{reinterpret_cast<std::uintptr_t>(&raw), {}};
    ::dl_iterate_phdr(&visit_object, &search);
    return search.build_id;
}

}  // namespace

PluginLibrary::PluginLibrary(const drover_library& raw, LibraryDescription description)
    : raw_(raw), description_(std::move(description)) {}

Result<std::shared_ptr<PluginLibrary>> PluginLibrary::load(const std::filesystem::path& file) {
    const std::string name = file.string();
    if (!std::filesystem::exists(file)) {
        return Error{ErrorKind::not_found, "Plugin '" + name + "' does not exist."};
    }
    try {
        boost::dll::shared_library library(
            boost::dll::fs::path(name),
            boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
        if (!library.has("drover_library_v1")) {
            return no_entry(library, name);
        }
        const drover_library* raw = library.get<Entry>("drover_library_v1")();
        if (raw == nullptr) {
            return failure(name, "returns no description from drover_library_v1.");
        }
        auto description = describe_library(*raw, name);
        if (!description) {
            return description.error();
        }
        description.value().build_id = build_id_of(*raw);
        // Never unloaded: destructors of static objects and threads may still need the code.
        [[maybe_unused]] auto* const kept = new boost::dll::shared_library(std::move(library));
        return std::shared_ptr<PluginLibrary>(
            new PluginLibrary(*raw, std::move(description.value())));
    } catch (const std::exception& error) {
        return failure(name, std::string("cannot be loaded: ") + error.what());
    }
}

const drover_agent_description* PluginLibrary::raw_agent(const std::string& name) const {
    for (std::uint32_t index = 0; index < raw_.agent_count; ++index) {
        if (name == raw_.agents[index]->name) {
            return raw_.agents[index];
        }
    }
    return nullptr;
}

}  // namespace drover
