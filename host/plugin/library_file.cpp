#include "plugin/library_file.hpp"

#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include <elf.h>

namespace drover {
namespace {

#if defined(__x86_64__)
constexpr std::uint16_t this_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr std::uint16_t this_machine = EM_AARCH64;
#elif defined(__riscv)
constexpr std::uint16_t this_machine = EM_RISCV;
#else
#error "Name the ELF machine of this processor here."
#endif

Result<std::string> read_file(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        return Error{
            ErrorKind::not_found,
            "Plugin '" + file.string() + "' cannot be opened: " + std::strerror(errno) + "."};
    }
    // In blocks: letter by letter a large library takes longer to read than to load.
    std::ostringstream content;
    content << stream.rdbuf();
    std::string bytes = std::move(content).str();
    if (stream.bad()) {
        return Error{ErrorKind::not_found, "Plugin '" + file.string() + "' cannot be read."};
    }
    return bytes;
}

/// The struct at `offset`, or nothing where the file is too short.
template <typename Struct>
std::optional<Struct> struct_at(std::string_view bytes, std::uint64_t offset) {
    if (offset > bytes.size() || bytes.size() - offset < sizeof(Struct)) {
        return std::nullopt;
    }
    Struct result;
    std::memcpy(&result, bytes.data() + offset, sizeof(Struct));
    return result;
}

std::string hexadecimal(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char letter : bytes) {
        const auto byte = static_cast<unsigned char>(letter);
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

std::uint64_t padded(std::uint64_t size) {
    return (size + 3) / 4 * 4;
}

/// The build id among the notes of one segment.
std::optional<std::string> build_id_in(std::string_view notes) {
    while (const auto note = struct_at<Elf64_Nhdr>(notes, 0)) {
        const std::uint64_t name = sizeof(Elf64_Nhdr);
        const std::uint64_t content = name + padded(note->n_namesz);
        const std::uint64_t end = content + padded(note->n_descsz);
        if (end > notes.size()) {
            return std::nullopt;
        }
        if (note->n_type == NT_GNU_BUILD_ID &&
            notes.substr(name, note->n_namesz) == std::string_view("GNU\0", 4)) {
            return hexadecimal(notes.substr(content, note->n_descsz));
        }
        notes.remove_prefix(end);
    }
    return std::nullopt;
}

std::optional<std::string> build_id_in_elf(std::string_view bytes) {
    const auto header = struct_at<Elf64_Ehdr>(bytes, 0);
    if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
        header->e_ident[EI_CLASS] != ELFCLASS64) {
        return std::nullopt;
    }
    for (std::uint64_t index = 0; index < header->e_phnum; ++index) {
        const auto segment =
            struct_at<Elf64_Phdr>(bytes, header->e_phoff + index * header->e_phentsize);
        if (!segment || segment->p_type != PT_NOTE || segment->p_offset > bytes.size()) {
            continue;
        }
        if (auto id = build_id_in(bytes.substr(segment->p_offset, segment->p_filesz))) {
            return id;
        }
    }
    return std::nullopt;
}

/// FNV-1a 64: it tells builds apart, it protects nothing.
std::string content_hash(std::string_view bytes) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char letter : bytes) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001B3ULL;
    }
    std::string raw(sizeof(hash), '\0');
    std::memcpy(raw.data(), &hash, sizeof(hash));
    return "content-" + hexadecimal(raw);
}

Error not_a_library(const std::filesystem::path& file, const std::string& why) {
    return {ErrorKind::invalid, "Plugin '" + file.string() + "' is not a library: " + why};
}

}  // namespace

Result<void> check_library_file(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
        return Error{
            ErrorKind::not_found,
            "Plugin '" + file.string() + "' cannot be opened: " + std::strerror(errno) + "."};
    }
    Elf64_Ehdr header{};
    stream.read(reinterpret_cast<char*>(&header), sizeof(header));
    if (stream.gcount() < static_cast<std::streamsize>(SELFMAG) ||
        std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
        return not_a_library(file,
                             "it does not begin as an ELF file does. Name the .so file that "
                             "the plugin's build makes.");
    }
    if (stream.gcount() < static_cast<std::streamsize>(sizeof(header))) {
        return not_a_library(file, "it ends within its header. Build it again.");
    }
    const bool is_little = header.e_ident[EI_DATA] == ELFDATA2LSB;
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != this_machine ||
        is_little != (std::endian::native == std::endian::little)) {
        return not_a_library(file, "it was built for another processor. Build it for this one.");
    }
    if (header.e_type != ET_DYN) {
        return not_a_library(file,
                             "it is a program or an object file. Link it as a shared "
                             "library.");
    }
    return success();
}

Result<std::string> build_id_of(const std::filesystem::path& file) {
    const auto bytes = read_file(file);
    if (!bytes) {
        return bytes.error();
    }
    const auto id = build_id_in_elf(bytes.value());
    return id ? *id : content_hash(bytes.value());
}

}  // namespace drover
