// The kill switch, read right before a message is handed to the plugin.
#include "runner/link_session.hpp"

namespace drover {

void LinkSession::deliver_unless_void(const Delivery& delivery, const MessageHeader& header) {
    if (header.delivery != 0 || !runner_->is_void(header.flags)) {
        runner_->deliver(delivery);
    } else if (runner_->pass_over(delivery)) {
        queue(encode_unhandled({std::string(delivery.topic),
                                delivery.id.publisher,
                                delivery.id.incarnation,
                                delivery.id.sequence}));
        flush();
    }
}

}  // namespace drover
