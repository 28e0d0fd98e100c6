#include "command/why_sources.hpp"

#include <cstdio>
#include <set>
#include <utility>

#include "base/json_value.hpp"
#include "command/control_client.hpp"
#include "command/log_membership.hpp"
#include "recording/recording_reader.hpp"

namespace drover {
namespace {

/// The file that droverd says is being recorded into; empty: nothing is being recorded.
Result<std::filesystem::path> running_recording(const std::filesystem::path& state_directory) {
    auto client = ControlClient::connect(state_directory);
    if (!client) {
        return Error{
            client.error().kind,
            client.error().message + " A recording that was made is named with --recording FILE."};
    }
    const auto status = client.value().call("recording", Json::object(), answer_time);
    if (!status) {
        return status.error();
    }
    return std::filesystem::path(status.value().is_object()
                                     ? value_or<std::string>(status.value(), "file", "")
                                     : std::string());
}

/// The first names in a recording: what its numbers stand for.
Result<RecordingNames> first_names(const std::filesystem::path& recording) {
    auto reader = RecordingReader::open(recording);
    if (!reader) {
        return reader.error();
    }
    RecordingNames names;
    const auto block = reader.value().next();
    if (block && block->kind == BlockKind::names) {
        if (auto added = names.add(block->text()); !added) {
            return added.error().within(recording.string());
        }
    }
    return names;
}

void let_log_go(WhySources& sources) {
    (void)std::fprintf(stderr,
                       "The durable log in '%s' is of another run than the recording; only the "
                       "recording is looked into.\n",
                       sources.log->log().folder.c_str());
    sources.log.reset();
}

Result<WhyChain> chain_by(const WhySources& sources, const std::string& id) {
    JoinedMessages messages;
    if (sources.log) {
        messages.add(sources.log);
    }
    if (!sources.recording.empty()) {
        messages.add(std::make_shared<RecordedMessages>(sources.recording));
    }
    return why_chain(messages, id);
}

/// The patterns of the rules that make topics durable.
std::string durable_patterns(const RecordingNames& names) {
    const auto rules = parse_json(names.rules());
    std::string patterns;
    for (const Json& rule : rules ? rules.value() : Json::array()) {
        if (value_or<std::string>(rule, "delivery", "") == "durable") {
            patterns += (patterns.empty() ? "" : ", ") + value_or<std::string>(rule, "pattern", "");
        }
    }
    return patterns;
}

/// "market-data 51": whose message of which number a cause was.
std::string missing_cause_text(const WhyLink& link) {
    const Json cause = value_or<Json>(*link.message, "cause", Json::object());
    const Json publisher = value_or<Json>(cause, "publisher", Json(link.cause.publisher));
    return (publisher.is_string() ? publisher.get<std::string>() : to_line(publisher)) + " " +
           std::to_string(link.cause.sequence);
}

}  // namespace

std::string WhySources::text() const {
    const std::string of_log = log ? "the durable log in '" + log->log().folder.string() + "'" : "";
    const std::string of_recording =
        recording.empty() ? "" : "the recording '" + recording.string() + "'";
    return of_log + (log && !recording.empty() ? " and " : "") + of_recording;
}

std::string WhySources::what_is_missing(const WhyChain& chain) const {
    std::string text;
    std::string causes;
    std::set<RecordedId> told;
    for (const WhyLink& link : chain.links) {
        if (link.is_cause_missing && told.insert(link.cause).second) {
            causes += (causes.empty() ? "" : ", ") + missing_cause_text(link);
        }
    }
    if (!causes.empty()) {
        text = "Not found, though a cause: " + causes + ".\n";
    }
    if (!log || !recording.empty()) {
        return text;
    }
    const std::string patterns = durable_patterns(log->log().names);
    text += "The log holds durable topics only" + (patterns.empty() ? "" : " (" + patterns + ")");
    if (log->first() > 1) {
        text += ", and keeps nothing before position " + std::to_string(log->first());
    }
    return text + "; a recording that was made meanwhile has the rest: --recording FILE.\n";
}

Result<WhySources> find_why_sources(const std::filesystem::path& state_directory,
                                    const std::filesystem::path& recording) {
    WhySources sources;
    sources.recording = recording;
    auto log = find_kept_log(state_directory);
    if (!log) {
        return log.error();
    }
    if (log.value()) {
        sources.log = std::make_shared<LogMessages>(std::move(*log.value()));
    }
    if (!recording.empty()) {
        const auto names = first_names(recording);
        if (!names) {
            return names.error();
        }
        const bool has_names = sources.log && !sources.log->log().names.publishers().empty();
        if (has_names && !have_same_handles(sources.log->log().names, names.value())) {
            let_log_go(sources);
        }
        if (sources.log) {
            const auto is_one_run = are_of_one_run(*sources.log, recording);
            if (!is_one_run) {
                return is_one_run.error();
            }
            if (!is_one_run.value()) {
                let_log_go(sources);
            }
        }
        return sources;
    }
    auto running = running_recording(state_directory);
    if (running) {
        sources.recording = std::move(running.value());
    } else if (!sources.log) {
        // That no fleet runs is no failure of its own: a fleet is one of the places to look into.
        return Error{running.error().kind == ErrorKind::unavailable ? ErrorKind::invalid
                                                                    : running.error().kind,
                     running.error().message};
    }
    if (!sources.log && sources.recording.empty()) {
        return Error{ErrorKind::invalid,
                     "There is nothing to look into: the fleet has no durable log. Nothing is "
                     "being recorded now; name a recording with --recording FILE, or begin one "
                     "with `drover record -O FILE`."};
    }
    return sources;
}

Result<WhyChain> why_chain_of(WhySources& sources, const std::string& id) {
    auto chain = chain_by(sources, id);
    if (chain && chain.value().is_contradictory && sources.log && !sources.recording.empty()) {
        let_log_go(sources);
        return chain_by(sources, id);
    }
    return chain;
}

}  // namespace drover
