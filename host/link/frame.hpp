/// One ZeroMQ message, owned. Copies share the bytes, so a fan-out copies none.
#pragma once

#include <cstddef>
#include <cstring>
#include <new>
#include <span>

#include <zmq.h>

namespace drover {

/// Bytes to send or received. Copying shares the bytes (and ends the right to write them); one
/// thread writes, any thread may own a copy. The bytes may lie at any address: align by copying.
class Frame {
public:
    Frame() noexcept { ::zmq_msg_init(&message_); }
    /// A frame of `size` bytes to be filled in. Throws std::bad_alloc, as any container does.
    explicit Frame(std::size_t size) {
        if (::zmq_msg_init_size(&message_, size) != 0) {
            throw std::bad_alloc();
        }
    }
    /// A frame with a copy of `bytes`.
    explicit Frame(std::span<const std::byte> bytes) : Frame(bytes.size()) {
        if (!bytes.empty()) {
            std::memcpy(::zmq_msg_data(&message_), bytes.data(), bytes.size());
        }
    }
    Frame(Frame&& other) noexcept : Frame() { ::zmq_msg_move(&message_, &other.message_); }
    Frame& operator=(Frame&& other) noexcept {
        if (this != &other) {
            ::zmq_msg_move(&message_, &other.message_);
        }
        return *this;
    }
    Frame(const Frame& other) noexcept : Frame() { ::zmq_msg_copy(&message_, &other.message_); }
    Frame& operator=(const Frame& other) noexcept {
        if (this != &other) {
            ::zmq_msg_copy(&message_, &other.message_);
        }
        return *this;
    }
    ~Frame() { ::zmq_msg_close(&message_); }

    [[nodiscard]] std::size_t size() const { return ::zmq_msg_size(&message_); }
    [[nodiscard]] bool is_empty() const { return size() == 0; }
    [[nodiscard]] std::span<const std::byte> bytes() const {
        return {static_cast<const std::byte*>(::zmq_msg_data(&message_)), size()};
    }
    /// The bytes for writing; only while no copy of this frame exists.
    [[nodiscard]] std::span<std::byte> writable_bytes() {
        return {static_cast<std::byte*>(::zmq_msg_data(&message_)), size()};
    }

    /// libzmq's own handle, for this room's sockets.
    [[nodiscard]] zmq_msg_t* handle() { return &message_; }

private:
    // libzmq's accessors take a message that is not const, and only read it (a copy marks the
    // bytes as shared).
    mutable zmq_msg_t message_;
};

}  // namespace drover
