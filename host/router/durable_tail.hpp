/// The durable log as its receivers read it: what came last is still in memory, the rest lies in
/// the segments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "base/result.hpp"
#include "durable_log/segment_log.hpp"
#include "router/durable_record.hpp"
#include "router/routing_table.hpp"

namespace drover {

/// One thread.
class DurableTail {
public:
    /// `log` and `routes` must outlive the tail.
    DurableTail(const SegmentLog& log, RoutingTable& routes) : log_(log), routes_(routes) {}

    /// The record that was appended last. Its frame is copied, so that nothing larger is kept with
    /// it. Returns where it is kept, until `shrink`.
    const DurableRecord& add(DurableRecord record);
    /// Forgets the oldest ones up to `position`, while they are more than memory is given for.
    void shrink(std::uint64_t position);
    /// Rules or agents have changed.
    void find_receivers_again();

    /// The record at a position that is kept, on disk or in memory. Valid until the next call for
    /// the same reader, or of shrink. Fails with a sentence when the disk cannot be read.
    [[nodiscard]] Result<const DurableRecord*> at(std::uint64_t position, std::uint16_t reader);
    /// Who reads no more; its reader is closed.
    void close(std::uint16_t reader) { readers_.erase(reader); }

private:
    /// Reads from the segments.
    struct Reader {
        LogReader log;
        DurableRecord record;
    };

    void find_receivers(DurableRecord& record);

    const SegmentLog& log_;
    RoutingTable& routes_;
    std::deque<DurableRecord> recent_;
    std::size_t bytes_ = 0;
    std::map<std::uint16_t, Reader> readers_;
};

}  // namespace drover
