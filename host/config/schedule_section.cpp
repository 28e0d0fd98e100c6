#include <algorithm>
#include <array>

#include "config/sections.hpp"

namespace drover {
namespace {

/// Longer leads would join the sessions of two days.
constexpr auto longest_lead = std::chrono::hours(8);

constexpr const char* schedule_example =
    "{calendar: XNYS, session: regular}, {start: \"0 8 * * 1-5\", stop: \"0 18 * * 1-5\", "
    "timezone: Europe/Berlin} or {cron: \"30 6 * * *\"}";

/// A key of a schedule and the kind of schedule that has it.
struct ScheduleKey {
    const char* key;
    const char* kind;
};

constexpr std::array keys_of_kinds{ScheduleKey{"session", "calendar"},
                                   ScheduleKey{"lead_in", "calendar"},
                                   ScheduleKey{"lead_out", "calendar"},
                                   ScheduleKey{"run_on_start", "cron"}};

void note_schedule_places(const MapReader& reader, ScheduleConfig& schedule) {
    for (const std::string& key : known_keys(Section::schedule)) {
        if (const YamlEntry* const entry = reader.find(key)) {
            schedule.places[key] = entry->place();
        }
    }
}

void read_lead(const MapReader& reader, const char* key, Nanoseconds& target) {
    const std::size_t before = reader.faults().size();
    reader.read_duration(key, target, Nanoseconds::zero());
    if (reader.faults().size() == before && target > longest_lead) {
        reader.add_fault(reader.find(key)->place(), "'" + std::string(key) + "' takes at most 8h.");
    } else if (target % std::chrono::seconds(1) != Nanoseconds::zero()) {
        reader.add_fault(reader.find(key)->place(),
                         "'" + std::string(key) + "' takes whole seconds.");
    }
}

/// "calendar", "start" or "cron"; empty, with a fault, unless there is exactly one.
std::string kind_of_schedule(const MapReader& reader, const SourcePlace& place) {
    std::string kind;
    int count = 0;
    for (const char* key : {"calendar", "start", "cron"}) {
        if (reader.find(key) != nullptr) {
            kind = key;
            ++count;
        }
    }
    if (count == 1) {
        return kind;
    }
    reader.add_fault(place,
                     "'schedule' needs exactly one of 'calendar', 'start' with 'stop', and 'cron', "
                     "as in " +
                         std::string(schedule_example) + ".");
    return "";
}

void check_schedule_keys(const MapReader& reader, const std::string& kind) {
    for (const ScheduleKey& entry : keys_of_kinds) {
        if (const YamlEntry* const found = reader.find(entry.key);
            found != nullptr && kind != entry.kind) {
            reader.add_fault(
                found->place(),
                "'" + std::string(entry.key) + "' has a meaning only with '" + entry.kind + "'.");
        }
    }
    const YamlEntry* const stop = reader.find("stop");
    if (kind == "start" && stop == nullptr) {
        reader.add_fault(reader.find("start")->place(),
                         "'start' needs 'stop', a cron expression too. An agent that ends by "
                         "itself has 'cron' instead.");
    } else if (kind != "start" && stop != nullptr) {
        reader.add_fault(stop->place(), "'stop' has a meaning only with 'start'.");
    }
    if (const YamlEntry* const zone = reader.find("timezone");
        zone != nullptr && kind == "calendar") {
        reader.add_fault(zone->place(),
                         "'timezone' has no meaning with 'calendar': an exchange has its own.");
    }
}

/// A job that is restarted when it has ended would never be done.
void check_policy_of_jobs(const MapReader& reader, const AgentConfig& agent) {
    const RestartMode mode = agent.supervision.restart;
    if (mode == RestartMode::always || mode == RestartMode::unless_stopped) {
        reader.add_fault(
            reader.find("cron")->place(),
            "'cron' starts an agent that ends by itself, and 'restart: " +
                std::string(mode == RestartMode::always ? "always" : "unless_stopped") +
                "' starts it again at once: use 'restart: on_failure' or 'no', or "
                "'start' and 'stop'.");
    }
}

}  // namespace

void read_schedule(const MapReader& parent, AgentConfig& agent) {
    const YamlEntry* const entry = parent.find("schedule");
    if (entry == nullptr) {
        return;
    }
    const std::size_t before = parent.faults().size();
    const MapReader reader(
        entry->value, Section::schedule, parent.owner() + ": schedule", parent.faults());
    if (entry->value.kind != YamlNode::Kind::map) {
        return;
    }
    ScheduleConfig schedule;
    schedule.place = entry->key_place;
    note_schedule_places(reader, schedule);
    const std::string kind = kind_of_schedule(reader, schedule.place);
    if (kind.empty()) {
        return;
    }
    check_schedule_keys(reader, kind);
    if (kind == "cron") {
        check_policy_of_jobs(reader, agent);
    }
    reader.read_text("calendar", schedule.calendar);
    bool is_regular = true;
    constexpr Word<bool> sessions[] = {{"regular", true}};
    reader.read_word("session", is_regular, sessions);
    read_lead(reader, "lead_in", schedule.lead_in);
    read_lead(reader, "lead_out", schedule.lead_out);
    reader.read_text("start", schedule.start);
    reader.read_text("stop", schedule.stop);
    reader.read_text("cron", schedule.cron);
    reader.read_text("timezone", schedule.timezone);
    reader.read_boolean("run_on_start", schedule.run_on_start);
    if (parent.faults().size() == before) {
        agent.schedule = std::move(schedule);
    }
}

}  // namespace drover
