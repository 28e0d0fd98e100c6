#include "router/durable_record.hpp"

#include <cstring>

#include "wire/message_frame.hpp"

namespace drover {

std::string_view topic_of(const Frame& frame) {
    const auto* const begin = reinterpret_cast<const char*>(frame.bytes().data());
    return {begin, ::strnlen(begin, frame.size())};
}

Frame as_stream_copy(const Frame& frame) {
    Frame copy(frame.bytes());
    stamp_delivery(copy.writable_bytes(), topic_of(copy).size(), 0);
    return copy;
}

}  // namespace drover
