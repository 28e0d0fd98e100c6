#include "plugin/library_file.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/file_descriptor.hpp"

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

/// Parts of a file, read where they lie: an id stands in the first kilobytes of a library of many
/// megabytes, and every start of an agent asks for it. Not mapped: a file that a build cuts short
/// meanwhile would end the process.
class FileParts {
public:
    explicit FileParts(const std::filesystem::path& file)
        : descriptor_(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)),
          open_error_(errno) {}

    [[nodiscard]] bool is_open() const { return descriptor_.is_open(); }
    [[nodiscard]] int open_error() const { return open_error_; }
    /// Whether something that was asked for could not be read.
    [[nodiscard]] bool has_failed() const { return has_failed_; }

    /// At most `size` bytes at `offset`; fewer where the file ends or cannot be read on.
    [[nodiscard]] std::string bytes_at(std::uint64_t offset, std::uint64_t size) const {
        std::string bytes(static_cast<std::size_t>(size), '\0');
        std::size_t held = 0;
        while (held < bytes.size()) {
            const ssize_t got = ::pread(descriptor_.number(),
                                        bytes.data() + held,
                                        bytes.size() - held,
                                        static_cast<off_t>(offset + held));
            if (got <= 0) {
                has_failed_ = has_failed_ || got < 0;
                break;
            }
            held += static_cast<std::size_t>(got);
        }
        bytes.resize(held);
        return bytes;
    }

    /// The struct at `offset`, or nothing where the file is too short.
    template <typename Struct>
    [[nodiscard]] std::optional<Struct> struct_at(std::uint64_t offset) const {
        const std::string bytes = bytes_at(offset, sizeof(Struct));
        if (bytes.size() < sizeof(Struct)) {
            return std::nullopt;
        }
        Struct result;
        std::memcpy(&result, bytes.data(), sizeof(Struct));
        return result;
    }

private:
    FileDescriptor descriptor_;
    int open_error_;
    mutable bool has_failed_ = false;
};

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
    while (notes.size() >= sizeof(Elf64_Nhdr)) {
        Elf64_Nhdr note;
        std::memcpy(&note, notes.data(), sizeof(note));
        const std::uint64_t name = sizeof(Elf64_Nhdr);
        const std::uint64_t content = name + padded(note.n_namesz);
        const std::uint64_t end = content + padded(note.n_descsz);
        if (end > notes.size()) {
            return std::nullopt;
        }
        if (note.n_type == NT_GNU_BUILD_ID &&
            notes.substr(name, note.n_namesz) == std::string_view("GNU\0", 4)) {
            return hexadecimal(notes.substr(content, note.n_descsz));
        }
        notes.remove_prefix(end);
    }
    return std::nullopt;
}

std::optional<std::string> build_id_in_elf(const FileParts& file) {
    constexpr std::uint64_t most_notes = std::uint64_t{1} << 20U;
    const auto header = file.struct_at<Elf64_Ehdr>(0);
    if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
        header->e_ident[EI_CLASS] != ELFCLASS64) {
        return std::nullopt;
    }
    for (std::uint64_t index = 0; index < header->e_phnum; ++index) {
        const auto segment =
            file.struct_at<Elf64_Phdr>(header->e_phoff + index * header->e_phentsize);
        if (!segment) {
            return std::nullopt;
        }
        if (segment->p_type != PT_NOTE) {
            continue;
        }
        const std::string notes =
            file.bytes_at(segment->p_offset, std::min(segment->p_filesz, most_notes));
        if (auto id = build_id_in(notes)) {
            return id;
        }
    }
    return std::nullopt;
}

/// FNV-1a 64: it tells builds apart, it protects nothing.
std::string content_hash(const FileParts& file) {
    constexpr std::uint64_t block_size = std::uint64_t{1} << 20U;
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    std::uint64_t offset = 0;
    for (std::string block; !(block = file.bytes_at(offset, block_size)).empty();
         offset += block.size()) {
        for (const char letter : block) {
            hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001B3ULL;
        }
    }
    std::string raw(sizeof(hash), '\0');
    std::memcpy(raw.data(), &hash, sizeof(hash));
    return "content-" + hexadecimal(raw);
}

Error not_a_library(const std::filesystem::path& file, const std::string& why) {
    return {ErrorKind::invalid, "Plugin '" + file.string() + "' is not a library: " + why};
}

/// What is a pipe would never be read to its end, nor a device.
Result<void> must_be_file(const std::filesystem::path& file) {
    std::error_code fault;
    if (std::filesystem::is_other(file, fault)) {
        return not_a_library(file, "it is a pipe, a socket or a device. Name a .so file.");
    }
    return success();
}

}  // namespace

Result<void> check_library_file(const std::filesystem::path& file) {
    if (auto checked = must_be_file(file); !checked) {
        return checked;
    }
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
    if (auto checked = must_be_file(file); !checked) {
        return checked.error();
    }
    const FileParts parts(file);
    if (!parts.is_open()) {
        return Error{ErrorKind::not_found,
                     "Plugin '" + file.string() +
                         "' cannot be opened: " + std::strerror(parts.open_error()) + "."};
    }
    auto id = build_id_in_elf(parts);
    std::string text = id ? std::move(*id) : content_hash(parts);
    if (parts.has_failed()) {
        return Error{ErrorKind::not_found, "Plugin '" + file.string() + "' cannot be read."};
    }
    return text;
}

}  // namespace drover
