#include "router/router_loop.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/json_value.hpp"
#include "base/logging.hpp"

namespace drover {
namespace {

/// Frames, and bytes of them, taken from one link before the others have their turn.
constexpr int burst = 256;
constexpr std::size_t burst_bytes = std::size_t{1} << 20U;

Error cannot_open(const char* what) {
    return {ErrorKind::unavailable,
            std::string("The router cannot open ") + what + ": " + std::strerror(errno) + "."};
}

void set_absolute(int timer, std::optional<Monotonic> due) {
    // Zero would disarm the timer; a time that has passed fires at once.
    const auto nanoseconds =
        due ? std::max<std::int64_t>(due->time_since_epoch().count(), 1) : std::int64_t{0};
    itimerspec setting{};
    setting.it_value.tv_sec = nanoseconds / 1'000'000'000;
    setting.it_value.tv_nsec = nanoseconds % 1'000'000'000;
    ::timerfd_settime(timer, TFD_TIMER_ABSTIME, &setting, nullptr);
}

/// ZeroMQ leaves the path of a link behind that it closed: one for each life of each agent.
void remove_path_of(std::string_view endpoint) {
    constexpr std::string_view scheme = "ipc://";
    if (endpoint.starts_with(scheme)) {
        (void)::unlink(std::string(endpoint.substr(scheme.size())).c_str());
    }
}

void store(std::atomic<std::uint64_t>& place, std::uint64_t value) {
    place.store(value, std::memory_order_relaxed);
}

}  // namespace

Result<std::unique_ptr<RouterLoop>> RouterLoop::open(LineChannel control, StatusPage page) {
    sigset_t watched;
    ::sigemptyset(&watched);
    ::sigaddset(&watched, SIGTERM);
    FileDescriptor signals(::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!signals.is_open()) {
        return cannot_open("a descriptor for signals");
    }
    FileDescriptor timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    if (!timer.is_open()) {
        return cannot_open("a timer");
    }
    return std::unique_ptr<RouterLoop>(
        new RouterLoop(std::move(control), std::move(page), std::move(signals), std::move(timer)));
}

RouterLoop::RouterLoop(LineChannel control,
                       StatusPage page,
                       FileDescriptor signals,
                       FileDescriptor timer)
    : control_(std::move(control)),
      page_(std::move(page)),
      signals_(std::move(signals)),
      timer_(std::move(timer)) {}

Result<void> RouterLoop::run() {
    while (!is_over_) {
        fill_poller();
        set_timer();
        if (auto waited = wait(); !waited) {
            return waited;
        }
        if (auto served = serve(); !served) {
            return served;
        }
        write_page();
    }
    return success();
}

void RouterLoop::fill_poller() {
    poller_.clear();
    places_.links.clear();
    places_.control = poller_.add(control_.descriptor(), true, control_.has_unsent());
    places_.signals = poller_.add(signals_.number(), true, false);
    places_.timer = poller_.add(timer_.number(), true, false);
    places_.errors.reset();
    if (has_kept_log()) {
        places_.errors = poller_.add(STDERR_FILENO, false, true);
    }
    places_.tap.reset();
    if (!core_) {
        return;
    }
    if (const TapSocket* const tap = sockets_->tap_socket()) {
        places_.tap = poller_.add(*tap, true, false);
    }
    places_.log.reset();
    if (core_->durable() != nullptr) {
        places_.log = poller_.add(core_->durable()->descriptor(), true, false);
    }
    for (std::uint16_t agent = 0; agent < endpoints_.size(); ++agent) {
        if (const RouterLink* const link = sockets_->link(agent)) {
            places_.links.emplace_back(
                agent,
                poller_.add(*link, core_->wants_to_receive(agent), core_->wants_to_send(agent)));
        }
    }
}

Result<void> RouterLoop::wait() {
    page_.layout().began.store(0, std::memory_order_relaxed);
    auto waited = poller_.wait(std::nullopt);
    page_.layout().began.store(monotonic_now().time_since_epoch().count(),
                               std::memory_order_relaxed);
    return waited;
}

Result<void> RouterLoop::serve() {
    if (poller_.is_readable(places_.signals)) {
        is_over_ = true;
        return success();
    }
    if (poller_.is_readable(places_.timer)) {
        std::uint64_t times = 0;
        static_cast<void>(::read(timer_.number(), &times, sizeof(times)));
        timer_set_to_.reset();
    }
    if (core_) {
        const Monotonic now = monotonic_now();
        sockets_->look_at_switch(now);
        core_->tick(now);
        serve_links();
    }
    if (poller_.is_writable(places_.control)) {
        control_.flush();
    }
    if (places_.errors && poller_.is_writable(*places_.errors)) {
        flush_log();
    }
    return poller_.is_readable(places_.control) ? read_control() : success();
}

void RouterLoop::serve_links() {
    if (places_.tap && poller_.is_readable(*places_.tap)) {
        sockets_->tap_socket()->read_subscriptions();
    }
    if (places_.log && poller_.is_readable(*places_.log)) {
        core_->take_log_news();
    }
    for (const auto& [agent, place] : places_.links) {
        if (poller_.is_writable(place)) {
            core_->flush(agent);
        }
        if (poller_.is_readable(place)) {
            receive_from(agent, *sockets_->link(agent));
        }
    }
}

void RouterLoop::receive_from(std::uint16_t agent, RouterLink& link) {
    Frame frame;
    std::size_t bytes = 0;
    for (int taken = 0; taken < burst && bytes < burst_bytes && core_->wants_to_receive(agent) &&
                        link.receive(frame) == LinkStatus::done;
         ++taken) {
        bytes += frame.size();
        core_->receive(agent, frame);
    }
    core_->finish_burst();
}

Result<void> RouterLoop::read_control() {
    for (const std::string& line : control_.read_lines()) {
        const auto order = parse_json(line);
        if (!order || !order.value().is_object()) {
            log_error("The supervisor sent a line that is no JSON object; it is passed over.");
            continue;
        }
        if (auto obeyed = obey(order.value()); !obeyed) {
            return obeyed;
        }
    }
    is_over_ = is_over_ || control_.is_ended();
    return success();
}

Result<void> RouterLoop::obey(const Json& order) {
    const auto what = value_or<std::string>(order, "do", "");
    if (what == "stop") {
        is_over_ = true;
        return success();
    }
    if (what == "configure") {
        auto configured = configure(order);
        if (!configured) {
            // What droverd is told is what `drover status` shows; the log alone would hide it.
            control_.write_line(to_line({{"event", "failed"},
                                         {"code", "router.configure"},
                                         {"message", configured.error().message}}));
        }
        return configured;
    }
    if (!core_) {
        return Error{ErrorKind::invalid,
                     "The supervisor said '" + what + "' before it configured the router."};
    }
    if (what == "log") {
        serve_log_order(order);
        return success();
    }
    const auto outcome = what == "link"     ? make_link(order)
                         : what == "agent"  ? note_state(order)
                         : what == "report" ? report()
                         : what == "change" ? change_fleet(order)
                         : what == "retire" ? retire(order)
                         : what == "request"
                             ? ask_for_person(order)
                             : Result<void>(Error{ErrorKind::invalid,
                                                  "The router does not know the order '" + what +
                                                      "'; it is passed over."});
    if (!outcome) {
        log_error(outcome.error().message);
        sockets_->report_health({"degraded", "router.order", outcome.error().message});
    }
    return success();
}

Result<void> RouterLoop::configure(const Json& order) {
    if (core_) {
        return Error{ErrorKind::invalid, "The router was configured twice."};
    }
    auto config = router_config_from_json(order);
    if (!config) {
        return config.error();
    }
    auto sockets = RouterSockets::open(config.value(), control_);
    if (!sockets) {
        return sockets.error();
    }
    std::unique_ptr<SegmentLog> log;
    if (config.value().log) {
        auto opened = SegmentLog::open(*config.value().log, disk_);
        if (!opened) {
            return opened.error();
        }
        log = std::move(opened.value());
    }
    sockets_ = std::move(sockets.value());
    endpoints_.resize(config.value().agents.size());
    core_ = std::make_unique<RouterCore>(std::move(config.value()), *sockets_, std::move(log));
    control_.write_line(to_line({{"event", "ready"}}));
    core_->tick(monotonic_now());
    return success();
}

Result<void> RouterLoop::make_link(const Json& json) {
    const auto order = link_order_from_json(json);
    if (!order) {
        return order.error();
    }
    const auto agent = core_->config().find(order.value().agent);
    if (!agent) {
        return Error{ErrorKind::not_found,
                     "A link was ordered for '" + order.value().agent +
                         "', which is no agent of this fleet."};
    }
    std::string& endpoint = endpoints_[*agent];
    if (sockets_->link(*agent) != nullptr && endpoint == order.value().endpoint) {
        return success();  // Binding it again would race with the removal of the old path.
    }
    const std::string former = std::exchange(endpoint, order.value().endpoint);
    const auto opened =
        sockets_->open_link(*agent, endpoint, order.value().user, order.value().peer);
    if (former != endpoint) {
        remove_path_of(former);
    }
    if (!opened) {
        return opened;
    }
    core_->open_link(*agent, order.value().incarnation, order.value().token);
    return success();
}

Result<void> RouterLoop::report() {
    control_.write_line(to_line({{"event", "ready"}}));
    sockets_->repeat_waiting();
    return success();
}

Result<void> RouterLoop::change_fleet(const Json& order) {
    auto change = fleet_change_from_json(order);
    if (!change) {
        return change.error();
    }
    core_->change_fleet(std::move(change.value()));
    endpoints_.resize(core_->config().agents.size());
    sockets_->make_room(core_->config().agents.size());
    return success();
}

Result<void> RouterLoop::retire(const Json& order) {
    core_->retire(value_or(order, "agents", std::vector<std::string>{}));
    return success();
}

Result<void> RouterLoop::note_state(const Json& order) {
    const auto name = value_or<std::string>(order, "name", "");
    const auto agent = core_->config().find(name);
    if (!agent) {
        return Error{ErrorKind::not_found,
                     "A state was told of '" + name + "', which is no agent of this fleet."};
    }
    core_->set_state(*agent, value_or<std::string>(order, "state", ""));
    return success();
}

Result<void> RouterLoop::ask_for_person(const Json& order) {
    auto request = person_request_from_json(order, core_->config());
    if (!request) {
        return request.error();
    }
    core_->ask_for_person(request.value());
    return success();
}

/// `drover log`: answered at once.
void RouterLoop::serve_log_order(const Json& order) {
    Json answer = {{"event", "log"}, {"id", value_or<std::uint64_t>(order, "id", 0)}};
    DurableDesk* const desk = core_->durable();
    const auto outcome = desk == nullptr
                             ? Result<void>(Error{ErrorKind::not_found,
                                                  "This fleet has no durable topics, and so no "
                                                  "log of them."})
                             : desk->obey(order, core_->config().agents);
    if (!outcome) {
        answer["error"] = outcome.error().message;
    } else {
        answer["log"] = desk->status(core_->config().agents);
        core_->tell_parked();
    }
    control_.write_line(to_line(answer));
    core_->flush_all();
}

void RouterLoop::set_timer() {
    const auto due = core_ ? core_->deadline() : std::nullopt;
    if (due != timer_set_to_) {
        set_absolute(timer_.number(), due);
        timer_set_to_ = due;
    }
}

void RouterLoop::write_page() {
    StatusPageLayout& page = page_.layout();
    store(page.progress, page.progress.load(std::memory_order_relaxed) + 1);
    if (!core_) {
        return;
    }
    const RouterCounts counts = core_->counts();
    store(page.messages_in, counts.messages_in);
    store(page.messages_out, counts.messages_out);
    store(page.bytes_in, counts.bytes_in);
    store(page.bytes_out, counts.bytes_out);
    store(page.lost, counts.dropped());
    store(page.lost_queue_full, counts.dropped_queue_full);
    store(page.lost_link_ended, counts.dropped_link_ended);
    store(page.lost_instance_down, counts.dropped_instance_down);
    store(page.refused, counts.refused);
    store(page.refused_gated, counts.refused_gated);
    store(page.refused_quota, counts.refused_quota);
    store(page.refused_denied, counts.refused - counts.refused_gated - counts.refused_quota);
    store(page.replaced, counts.replaced);
    store(page.malformed, counts.malformed);
    page.queue_age.store(core_->oldest_wait().count(), std::memory_order_relaxed);
}

}  // namespace drover
