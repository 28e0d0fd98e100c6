#include "runner/tap_past.hpp"

#include <string>
#include <utility>

#include "base/logging.hpp"
#include "wire/message_frame.hpp"

namespace drover {

Result<bool> TapPast::print_more(TapPrinter& printer) {
    constexpr int records_at_a_time = 4096;
    for (int read = 0; read < records_at_a_time && !printer.has_enough(); ++read) {
        const auto record = scan_.next();
        if (!record) {
            return record.error();
        }
        tell_gaps(printer);
        if (!record.value()) {
            // What is damaged must not look like the end of the log.
            const auto ends =
                std::exchange(is_end_checked_, true) ? Result<void>(success()) : scan_.check_end();
            return ends ? Result<bool>(false) : Result<bool>(ends.error());
        }
        take(*record.value(), printer);
    }
    return true;
}

void TapPast::take(const LogRecord& record, TapPrinter& printer) {
    if (!record.head.is(RecordKind::message)) {
        return;
    }
    if (time_) {
        const auto message = MessageFrame::decode(record.body);
        if (!message || message->header.publish_time < *time_) {
            return;
        }
        time_.reset();
    }
    has_begun_ = true;
    printer.print(record.body);
}

void TapPast::tell_gaps(TapPrinter& printer) {
    const bool is_anew = scan_.take_is_anew();
    const std::uint64_t missed = scan_.take_missed();
    if (!is_anew && missed == 0) {
        return;
    }
    (void)printer.flush();
    if (is_anew) {
        heard_ = 0;
        log_info("The fleet has begun another durable log; it is read from its beginning.");
    }
    if (missed > 0) {
        log_info("The durable log no longer keeps " + std::to_string(missed) +
                 (missed == 1 ? " position" : " positions") +
                 " that the tap was to read; what was there is not shown.");
    }
}

}  // namespace drover
