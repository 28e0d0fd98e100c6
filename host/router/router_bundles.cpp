/// Bundles on their way through RouterCore: consecutive messages that go to the same receivers and
/// need no look of their own stay together, from the publisher to each receiver.
#include <algorithm>
#include <utility>

#include "router/router_core.hpp"

namespace drover {
namespace {

/// A run of a bundle in a frame of its own.
Frame cut_out(const Frame& frame, BundleRun& run) {
    const auto bytes = frame.bytes().subspan(run.begin, run.end - run.begin);
    Frame part(control_head_size + bytes.size());
    const auto room = part.writable_bytes();
    encode_control_head(room.first<control_head_size>(), ControlKind::bundle, bytes.size());
    std::ranges::copy(bytes, room.begin() + control_head_size);
    run.begin = control_head_size;
    run.end = static_cast<std::uint32_t>(part.size());
    return part;
}

}  // namespace

void RouterCore::receive_bundle(std::uint16_t agent,
                                const Frame& frame,
                                const ControlFrame& control) {
    BundleRun run;
    KnownRoute known;
    BundleReader reader(control.body);
    while (!reader.is_at_end()) {
        const auto begin = static_cast<std::uint32_t>(frame.size() - reader.left());
        const auto bytes = reader.next();
        if (!bytes) {
            count_malformed(agent, "a BUNDLE that is not in order");
            break;
        }
        const Route* const route = plain_route(agent, *bytes, known);
        if (route == nullptr) {
            pass_on(frame, run);
            Frame message(*bytes);
            receive_message(agent, message);
            known = {};
            continue;
        }
        const auto end = static_cast<std::uint32_t>(frame.size() - reader.left());
        if (run.messages > 0 && (run_receivers_ != route->receivers ||
                                 end - run.begin > largest_bundle - control_head_size)) {
            pass_on(frame, run);
        }
        if (run.messages == 0) {
            run.begin = begin;
            run_receivers_ = route->receivers;
        }
        run.end = end;
        ++run.messages;
        run.bytes += static_cast<std::uint32_t>(bytes->size());
        ++counts_.messages_in;
        counts_.bytes_in += bytes->size();
        if (output_.is_tapped()) {
            output_.tap(Frame(*bytes));
        }
    }
    pass_on(frame, run);
}

/// Null where the message needs more than to be passed on: `receive_message` sees to it.
const Route* RouterCore::plain_route(std::uint16_t agent,
                                     std::span<const std::byte> message,
                                     KnownRoute& known) {
    const Session& session = sessions_[agent];
    if (replay_ || session.phase == Phase::awaiting_hello || session.quota) {
        return nullptr;
    }
    const auto sound = MessageFrame::decode_unchecked_topic(message);
    if (!sound || sound->header.delivery != 0 || sound->header.flags != 0 ||
        !is_own(agent, sound->header.publisher, sound->header.incarnation)) {
        return nullptr;
    }
    if (known.route == nullptr || known.topic != sound->topic) {
        known = {sound->topic, routes_.find(sound->topic)};
    }
    const Route* const route = known.route;
    const bool is_plain = route != nullptr && !route->gated && !route->latest && !route->durable &&
                          route->shares.empty() && route->may_publish[agent];
    return is_plain ? route : nullptr;
}

/// Gives a run to its receivers; it is empty afterwards.
void RouterCore::pass_on(const Frame& frame, BundleRun& run) {
    BundleRun passed = std::exchange(run, {});
    if (passed.messages == 0 || run_receivers_.empty()) {
        return;
    }
    const bool is_whole = passed.begin == control_head_size && passed.end == frame.size();
    if (passed.messages > 1 && passed.messages <= config_.queue) {
        // A part is copied, so that what waits long holds no more memory than it has bytes.
        Frame part = is_whole ? Frame(frame) : cut_out(frame, passed);
        pass_on_as_run(QueueEntry{std::move(part), {}, true, now_, false, passed});
        return;
    }
    const auto rest = frame.bytes().subspan(passed.begin, passed.end - passed.begin);
    for (BundleReader reader(rest); !reader.is_at_end();) {
        const Frame message(reader.next().value_or(std::span<const std::byte>()));
        for (const std::uint16_t receiver : run_receivers_) {
            send_or_queue(receiver, QueueEntry{Frame(message), {}, true, now_});
        }
    }
}

void RouterCore::pass_on_as_run(QueueEntry entry) {
    for (const std::uint16_t receiver : run_receivers_) {
        Session& session = sessions_[receiver];
        queue(receiver, QueueEntry(entry));
        if (!std::exchange(session.is_in_burst, true)) {
            in_burst_.push_back(receiver);
        }
        if (session.queue.size() >= most_in_burst) {
            flush_queue(receiver);
        }
    }
}

/// Copies the oldest entries that may leave together; returns how many messages.
std::size_t RouterCore::collect_bundle(const ReceiverQueue& queue) {
    bundled_bytes_ = 0;
    for (std::size_t index = 0; index < queue.entries(); ++index) {
        const QueueEntry& entry = queue.at(index);
        if (entry.is_run()) {
            if (!collect_run(queue, entry)) {
                break;
            }
            continue;
        }
        const std::size_t size = entry.frame.size();
        if (!may_be_bundled(entry) || !bundle_.has_room_for(size) ||
            !queue.has_credit_behind(bundle_.count(), bundled_bytes_, size)) {
            break;
        }
        std::ranges::copy(entry.frame.bytes(), bundle_.add(size).begin());
        bundled_bytes_ += size;
    }
    return bundle_.count();
}

/// Copies what may leave of a run; whether that is all of it.
bool RouterCore::collect_run(const ReceiverQueue& queue, const QueueEntry& entry) {
    for (BundleReader reader(entry.rest()); !reader.is_at_end();) {
        const auto message = reader.next().value_or(std::span<const std::byte>());
        if (!bundle_.has_room_for(message.size()) ||
            !queue.has_credit_behind(bundle_.count(), bundled_bytes_, message.size())) {
            return false;
        }
        std::ranges::copy(message, bundle_.add(message.size()).begin());
        bundled_bytes_ += message.size();
    }
    return true;
}

/// Sends what was collected from the oldest `count` messages; false when the link takes no frame.
bool RouterCore::flush_bundle(std::uint16_t agent, std::size_t count) {
    Session& session = sessions_[agent];
    Frame frame(bundle_.frame());
    if (!output_.send(agent, frame)) {
        session.is_blocked = true;
        return false;
    }
    counts_.messages_out += count;
    counts_.bytes_out += session.queue.send_off(count);
    return true;
}

/// The same for the bundle at the front of the queue, as it came.
bool RouterCore::flush_whole_bundle(std::uint16_t agent) {
    Session& session = sessions_[agent];
    const std::size_t count = session.queue.front().messages();
    if (!output_.send(agent, session.queue.front().frame)) {
        session.is_blocked = true;
        return false;
    }
    counts_.messages_out += count;
    counts_.bytes_out += session.queue.send_off(count);
    return true;
}

/// Sends one frame of what waits in the queue; false when it has to wait.
bool RouterCore::flush_entries(std::uint16_t agent) {
    constexpr std::size_t large_enough = largest_bundle / 2;
    const ReceiverQueue& queue = sessions_[agent].queue;
    const QueueEntry& front = queue.front();
    if (front.is_whole_bundle() && queue.has_credit_for(front) &&
        (queue.entries() == 1 || front.frame.size() >= large_enough)) {
        return flush_whole_bundle(agent);
    }
    const bool is_run = front.is_run();
    const std::size_t together = collect_bundle(queue);
    const bool is_sent = together > 1 || (is_run && together == 1) ? flush_bundle(agent, together)
                         : is_run                                  ? false
                                                                   : flush_front(agent);
    bundle_.clear();
    return is_sent;
}

}  // namespace drover
