// The rest of Zygotes: what a zygote says, which counts for less where it is another user's
// process.
#include <utility>

#include "base/json_value.hpp"
#include "daemon/zygotes.hpp"
#include "process/descriptor_message.hpp"
#include "process/process_user.hpp"

namespace drover {
namespace {

constexpr int most_lines = 20;
/// How many messages it may send at once besides those that it is asked for.
constexpr std::size_t beyond_answers = 8;

}  // namespace

void Zygotes::serve(const std::string& key) {
    const auto found = zygotes_.find(key);
    bool is_ended = found == zygotes_.end();
    // One that talks without end must not keep the others waiting: the rest is read next time.
    std::size_t left = is_ended ? 0 : found->second.ordered.size() + beyond_answers;
    while (left-- > 0 && !is_ended && found->second.channel.is_open()) {
        auto message = receive_message(found->second.channel.number(), is_ended);
        if (!message) {
            break;
        }
        hear(found->second, message->text, std::move(message->descriptors));
    }
    if (found != zygotes_.end() && is_ended && found->second.channel.is_open()) {
        loop_.forget(found->second.channel.number());  // Its end is told by its pidfd.
    }
}

void Zygotes::hear(Zygote& zygote, std::string_view text, std::vector<FileDescriptor> descriptors) {
    const auto message = parse_json(text);
    if (zygote.has_lied) {
        return;
    }
    if (!message || !message.value().is_object()) {
        distrust(zygote, "said what is no message");
        return;
    }
    const auto event = value_or<std::string>(message.value(), "event", "");
    const auto sentence = value_or<std::string>(message.value(), "message", "");
    if (event == "loaded" && !zygote.is_loaded) {
        zygote.is_loaded = true;
        send_away(zygote, "");
        return;
    }
    if (event == "refused" && !zygote.is_loaded) {
        zygote.is_refused = true;
        zygote.why = sentence;
        return;
    }
    const auto ticket = zygote.ordered.find(value_or<std::uint64_t>(message.value(), "ticket", 0));
    if (ticket == zygote.ordered.end()) {
        distrust(zygote, "spoke unasked");
        return;
    }
    const auto pid = value_or<pid_t>(message.value(), "pid", -1);
    const bool is_told = event == "copied" && pid > 0 && descriptors.size() == 1;
    if (!is_told && event != "not_copied") {
        // There may be a copy, which would live beside the process that takes its place.
        distrust(zygote, "did not say which copy it has made");
        return;
    }
    Child copy = is_told ? Child{pid, std::move(descriptors.front())} : Child{};
    if (is_told && !is_copy_of(zygote, copy)) {
        distrust(zygote, "named process " + std::to_string(pid) + ", which is no copy of it");
        return;
    }
    const std::string unit = ticket->second.unit;
    zygote.ordered.erase(ticket);
    zygote.awaited_since = monotonic_now();  // It makes one after the other.
    if (is_told) {
        listener_.copied(unit, std::move(copy));
    } else {
        listener_.not_copied(unit, sentence);
    }
}

void Zygotes::distrust(Zygote& zygote, const std::string& what) {
    zygote.has_lied = true;
    log_.error("The zygote of " + zygote.plan.plugin.string() + " is killed: it " + what + ".");
    end(zygote, "its zygote " + what);
}

bool Zygotes::is_copy_of(const Zygote& zygote, const Child& copy) const {
    const auto& user = zygote.plan.launch.user;
    return !user || (!family_.is_leader(copy.pid) &&
                     is_child_as(user->user.user, copy.pid, copy.watch.number()));
}

void Zygotes::read_output(const std::string& key) {
    const auto found = zygotes_.find(key);
    if (found == zygotes_.end() || !found->second.output) {
        return;
    }
    log_output(found->second);
    if (found->second.output->is_ended()) {
        loop_.forget(found->second.output->descriptor());
    }
}

void Zygotes::log_output(Zygote& zygote) {
    for (const std::string& line : zygote.output->read_lines()) {
        if (++zygote.lines <= most_lines) {
            log_.info("The zygote of " + zygote.plan.plugin.string() + " wrote: " + line);
        }
    }
}

}  // namespace drover
