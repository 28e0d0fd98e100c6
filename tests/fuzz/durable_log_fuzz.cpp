/// Any bytes as the segment files of a durable log: it is refused by a sentence, or every position
/// of it can be read, by its owner and from outside, and gives the same.
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/json_value.hpp"
#include "durable_log/log_reader.hpp"
#include "durable_log/log_recovery.hpp"
#include "durable_log/log_scan.hpp"
#include "durable_log/log_status.hpp"
#include "fuzz/fuzz_target.hpp"

namespace drover {
namespace {

using Bytes = std::vector<std::byte>;

/// The folder of this process; what lies in it goes with each input.
class Folder {
public:
    Folder() {
        // In memory where that is to be had: an input must not wait for a disk.
        const std::filesystem::path memory = "/dev/shm";
        std::string name =
            ((::access(memory.c_str(), W_OK) == 0 ? memory
                                                  : std::filesystem::temp_directory_path()) /
             "drover-fuzz-XXXXXX")
                .string();
        require(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    void write(std::uint64_t first_position, const Bytes& bytes) const {
        const FileDescriptor file(::open(segment_path(path, first_position).c_str(),
                                         O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                                         0600));
        require(::write(file.number(), bytes.data(), bytes.size()) ==
                static_cast<ssize_t>(bytes.size()));
    }
    void empty() const {
        for (const auto& entry : std::filesystem::directory_iterator(path)) {
            std::filesystem::remove(entry.path());
        }
    }

    std::filesystem::path path;
};

/// Makes the header sound but for its position, so that what is behind it is looked at.
std::uint64_t mend_header(Bytes& bytes) {
    SegmentHeader header;
    if (bytes.size() >= sizeof(header)) {
        std::memcpy(&header, bytes.data(), sizeof(header));
        const std::uint64_t first = header.first_position;
        header = {};
        header.first_position = first;
        std::ranges::copy(encode_header(header), bytes.begin());
    }
    return header.first_position;
}

/// Makes the checksums of records right, as far as they look like records; their batches stay.
void mend_records(Bytes& bytes) {
    std::size_t at = sizeof(SegmentHeader);
    while (at < bytes.size()) {
        const auto rest = std::span(bytes).subspan(at);
        const auto length = body_length(rest);
        if (!length || record_size(*length) > rest.size()) {
            return;
        }
        std::uint64_t batch = 0;
        std::memcpy(&batch, rest.data() + offsetof(RecordHead, batch), sizeof(batch));
        seal(rest.first(record_size(*length)), batch);
        at += record_size(*length);
    }
}

/// The records from outside, or nothing where the log is found to be damaged.
std::optional<std::vector<std::uint64_t>> scan(const std::filesystem::path& folder) {
    LogScan reader(folder, 0);
    std::vector<std::uint64_t> positions;
    while (true) {
        const auto record = reader.next();
        if (!record) {
            require(!record.error().message.empty());
            return std::nullopt;
        }
        if (!record.value()) {
            require(reader.take_missed() == 0 || !positions.empty());
            return positions;
        }
        positions.push_back(record.value()->head.position);
    }
}

void check(const std::filesystem::path& folder) {
    const auto seen = scan(folder);
    const auto recovered = recover_log(folder, false);
    if (!recovered) {
        require(!recovered.error().message.empty());
        return;
    }
    if (!recovered.value()) {
        return;
    }
    const RecoveredLog& log = *recovered.value();
    (void)to_json(status_of(log, folder));
    require(decode_state(encode_state(log.state)).value() == log.state);
    if (!seen) {
        return;  // An older segment is damaged: the owner finds out when it reads there.
    }
    require(seen->empty() ? log.head + 1 == log.first() : seen->back() == log.head);
    LogReader reader(folder, log.segments);
    std::uint64_t before = 0;
    for (const std::uint64_t position : *seen) {
        require(position > before);
        before = position;
        const auto record = reader.read(position);
        // Older segments are looked at only when somebody reads there: the owner may refuse one
        // whose beginning a reader from outside passes over.
        const bool may_fail = position < log.segments.back().first_position;
        require(record ? record.value().head.position == position : may_fail);
    }
}

}  // namespace
}  // namespace drover

/// {u8 flags (1: its header is mended, 2: its records are), u16 size, bytes}, again and again: each
/// is a segment.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace drover;
    static const Folder folder;
    std::span<const std::uint8_t> rest(data, size);
    std::uint64_t number = 0;
    while (rest.size() >= 3) {
        const std::uint8_t flags = rest[0];
        std::uint16_t length = 0;
        std::memcpy(&length, rest.data() + 1, sizeof(length));
        rest = rest.subspan(3);
        const auto part = rest.first(std::min<std::size_t>(length, rest.size()));
        rest = rest.subspan(part.size());
        const auto given = std::as_bytes(part);
        Bytes bytes(given.begin(), given.end());
        ++number;
        const std::uint64_t first = (flags & 1U) != 0 ? mend_header(bytes) : number;
        if ((flags & 2U) != 0) {
            mend_records(bytes);
        }
        folder.write(first, bytes);
    }
    check(folder.path);
    folder.empty();
    return 0;
}
