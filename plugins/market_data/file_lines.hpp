/// The lines of a file, read block by block: a file of any size needs the same small memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace drover {

/// Hands out one line after the other. A pipe is as good as a file. One thread.
class FileLines {
public:
    /// Throws Failure with the system's reason where the file cannot be opened.
    explicit FileLines(const std::string& path);

    /// Takes the next line, without its end; it lives until the next call. Returns false behind
    /// the last line. Throws Failure where the file cannot be read or a line is longer than 1 MiB.
    [[nodiscard]] bool next(std::string_view& line);

    /// Size of the file in bytes; 0 where it has none, as a pipe.
    [[nodiscard]] std::uint64_t size() const { return size_; }

private:
    struct CloseFile {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    /// Reads on behind what is left of the block. Returns false at the end of the file.
    bool fill();
    [[noreturn]] void cannot_read() const;

    std::string path_;
    std::unique_ptr<std::FILE, CloseFile> file_;
    std::uint64_t size_ = 0;
    std::vector<char> block_;  ///< Grows only for a line that is longer.
    std::size_t begin_ = 0;    ///< What was not handed out yet.
    std::size_t end_ = 0;
};

}  // namespace drover
