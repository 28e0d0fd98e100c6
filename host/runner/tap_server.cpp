#include "runner/tap_server.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/json_value.hpp"
#include "base/logging.hpp"
#include "base/printable_text.hpp"
#include "link/guarded_tap.hpp"
#include "link/poller.hpp"
#include "link/tap.hpp"
#include "runner/tap_keys.hpp"

namespace drover {
namespace {

/// What is said of strangers, so that many of them do not fill a log.
class DoorLog {
public:
    void turned_away(const std::string& who) {
        constexpr int most_in_second = 5;
        constexpr auto second = std::chrono::seconds(1);
        ++turned_away_;
        const Monotonic now = monotonic_now();
        if (now - second_began_ >= second) {
            second_began_ = now;
            in_second_ = 0;
        }
        if (++in_second_ <= most_in_second) {
            log_warning(who + " Turned away so far: " + std::to_string(turned_away_) + ".");
        }
    }

private:
    std::uint64_t turned_away_ = 0;
    Monotonic second_began_{};
    int in_second_ = 0;
};

class TapServer {
public:
    TapServer(LinkContext& context,
              TapReader fleet,
              GuardedTap tap,
              CurveKeys keys,
              std::filesystem::path clients,
              LineChannel& channel)
        : context_(context),
          fleet_(std::move(fleet)),
          tap_(std::move(tap)),
          keys_(std::move(keys)),
          clients_(std::move(clients)),
          channel_(channel) {}

    int run() {
        while (!channel_.is_ended()) {
            poller_.clear();
            poller_.add(fleet_, true, false);
            for (const LinkSocket* const socket : tap_.sockets()) {
                poller_.add(*socket, true, false);
            }
            poller_.add(channel_.descriptor(), true, false);
            if (auto waited = poller_.wait(longest_wait()); !waited) {
                log_error(waited.error().message);
                return 1;
            }
            (void)channel_.read_lines();
            if (auto checked = check_guests(); !checked) {
                log_error(checked.error().message);
                return 1;
            }
            watch_the_door();
            for (const TapWish& wish : tap_.take_wishes()) {
                take_wish(wish);
            }
            hand_on();
        }
        return 0;
    }

private:
    /// A burst at most, so that who knocks does not wait for a flood to end.
    void hand_on() {
        constexpr int burst = 256;
        Frame frame;
        for (int count = 0; count < burst && fleet_.receive(frame) == LinkStatus::done; ++count) {
            tap_.publish(frame);
        }
    }

    void watch_the_door() {
        for (const TapKnock& knock :
             tap_.answer_knocks([this](const std::string& key) { return may_enter(key); })) {
            if (knock.is_allowed) {
                guests_.insert(knock.key);
                log_info(names_[knock.key] + " listens, from " + printable(knock.address) + ".");
            } else {
                door_.turned_away("A client at " + printable(knock.address) + " with the key " +
                                  knock.key + " is not let in: " + clients_.string() +
                                  " does not name it.");
            }
        }
        for (std::size_t count = tap_.take_failures().size(); count > 0; --count) {
            door_.turned_away(
                "A client is not let in: it does not speak CURVE, or has another "
                "server's key.");
        }
    }

    /// Nobody inside: nobody to turn out.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> longest_wait() const {
        return guests_.empty() ? std::nullopt
                               : std::optional(std::max(check_due_ - monotonic_now(),
                                                        Monotonic::duration::zero()));
    }

    /// Who is in and whose key has been taken out of the file since must go. Until a file that
    /// cannot be understood is in order again everybody stays, and nobody else comes in.
    Result<void> check_guests() {
        constexpr auto between_checks = std::chrono::seconds(1);
        const Monotonic now = monotonic_now();
        if (guests_.empty() || now < check_due_) {
            return success();
        }
        check_due_ = now + between_checks;
        const auto allowed = read_tap_clients(clients_);
        const auto gone = std::ranges::find_if(guests_, [&allowed](const std::string& key) {
            return allowed && !allowed.value().contains(key);
        });
        if (gone == guests_.end()) {
            return success();
        }
        log_warning(clients_.string() + " does not name the key " + *gone + " (" + names_[*gone] +
                    ") any more: all clients are disconnected, and those that it names come back "
                    "by themselves.");
        guests_.clear();
        for (const std::string& prefix : std::exchange(wishes_, {})) {
            fleet_.unsubscribe(prefix);
        }
        return tap_.turn_all_out(context_, keys_);
    }

    void take_wish(const TapWish& wish) {
        if (wish.is_end) {
            wishes_.erase(wish.prefix);
            fleet_.unsubscribe(wish.prefix);
        } else if (wishes_.insert(wish.prefix).second) {
            fleet_.subscribe(wish.prefix);
        }
    }

    /// The file is read anew each time, so that a change needs no restart.
    bool may_enter(const std::string& key) {
        auto names = read_tap_clients(clients_);
        if (!names) {
            log_error(names.error().message);
            return false;
        }
        names_ = std::move(names.value());
        return names_.contains(key);
    }

    LinkContext& context_;
    TapReader fleet_;
    GuardedTap tap_;
    CurveKeys keys_;
    std::filesystem::path clients_;
    LineChannel& channel_;
    std::map<std::string, std::string> names_;  ///< By key, as the file said last.
    std::set<std::string> guests_;              ///< Keys let in; their clients may have left.
    std::set<std::string> wishes_;              ///< What the clients inside ask for.
    Monotonic check_due_{};
    DoorLog door_;
    Poller poller_;
};

Result<int> serve(const Json& request, LineChannel& channel) {
    const std::filesystem::path clients = request.at("clients").get<std::string>();
    auto keys = read_or_make_key_file(request.at("keys").get<std::string>());
    if (!keys) {
        return keys.error();
    }
    const auto allowed = read_tap_clients(clients);
    if (!allowed) {
        return allowed.error();
    }
    auto context = LinkContext::open();
    if (!context) {
        return context.error();
    }
    auto tap =
        GuardedTap::bind(context.value(), request.at("listen").get<std::string>(), keys.value());
    if (!tap) {
        return Error{tap.error().kind,
                     tap.error().message +
                         " HOST must be an address or a name of this machine (127.0.0.1 for "
                         "programs on it, 0.0.0.0 for all of its addresses), and PORT one that "
                         "nobody else has; `*` takes any that is free."};
    }
    Json told = request.at("tap");
    auto fleet = TapReader::connect(context.value(), told.at("endpoint").get<std::string>());
    if (!fleet) {
        return fleet.error();
    }
    told["endpoint"] = tap.value().endpoint();
    told["server_key"] = keys.value().public_key;
    std::puts(to_line(told).c_str());
    if (std::fflush(stdout) != 0) {
        return Error{ErrorKind::unavailable, "What clients need to know cannot be written."};
    }
    if (allowed.value().empty()) {
        log_warning("Nobody may listen yet: " + clients.string() +
                    " names no key. 'drover tap --new-key FILE' makes one and prints the line.");
    }
    return TapServer(context.value(),
                     std::move(fleet.value()),
                     std::move(tap.value()),
                     std::move(keys.value()),
                     clients,
                     channel)
        .run();
}

}  // namespace

int run_tap_server(const Json& request, LineChannel& channel) {
    try {
        const auto ended = serve(request, channel);
        if (ended) {
            return ended.value();
        }
        log_error(ended.error().message);
    } catch (const Json::exception& error) {
        log_error(std::string("The tap's request cannot be read: ") + error.what());
    }
    return 1;
}

}  // namespace drover
