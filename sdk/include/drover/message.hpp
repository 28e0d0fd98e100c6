/// A delivered message and its records, as an agent class sees them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <drover/message.h>
#include <drover/port.hpp>
#include <drover/text.hpp>

namespace drover {

/// A read-only row of records inside a message; valid until the callback returns.
template <typename Record>
class Records {
public:
    class Iterator {
    public:
        Iterator(const char* at, std::size_t stride) : at_(at), stride_(stride) {}
        const Record& operator*() const { return *reinterpret_cast<const Record*>(at_); }
        const Record* operator->() const { return reinterpret_cast<const Record*>(at_); }
        Iterator& operator++() {
            at_ += stride_;
            return *this;
        }
        bool operator!=(const Iterator& other) const { return at_ != other.at_; }

    private:
        const char* at_;
        std::size_t stride_;
    };
    Records(const void* data, std::uint32_t count, std::uint32_t stride)
        : data_(static_cast<const char*>(data)), count_(count), stride_(stride) {}
    [[nodiscard]] Iterator begin() const { return {data_, stride_}; }
    [[nodiscard]] Iterator end() const {
        return {data_ + static_cast<std::size_t>(count_) * stride_, stride_};
    }
    [[nodiscard]] std::uint32_t size() const { return count_; }

private:
    const char* data_;
    std::uint32_t count_;
    std::uint32_t stride_;
};

/// A delivered message, borrowed from the host until the callback returns.
class Message {
public:
    explicit Message(const drover_message& raw) : raw_(&raw) {}
    [[nodiscard]] const drover_message& raw() const { return *raw_; }
    template <typename Record>
    [[nodiscard]] bool is(const In<Record>& port) const {
        return raw_->port == port.index;
    }
    /// The records, when the message came in by `port`. Ask `is` first.
    template <typename Record>
    [[nodiscard]] Records<Record> records(const In<Record>& /*port*/) const {
        return {raw_->data, raw_->count, raw_->stride};
    }
    [[nodiscard]] std::string_view json() const {
        return {static_cast<const char*>(raw_->data), static_cast<std::size_t>(raw_->bytes)};
    }
    [[nodiscard]] std::string_view topic() const { return view(raw_->topic); }
    [[nodiscard]] std::string_view publisher() const { return view(raw_->publisher); }
    [[nodiscard]] std::int64_t event_time() const { return raw_->event_time; }
    [[nodiscard]] std::uint32_t incarnation() const { return raw_->id.incarnation; }
    /// How many messages of this publisher and topic are missing before this one.
    [[nodiscard]] std::uint32_t lost() const {
        return (raw_->flags & DROVER_MESSAGE_GAP) != 0 ? raw_->lost : 0;
    }

private:
    const drover_message* raw_;
};

}  // namespace drover
