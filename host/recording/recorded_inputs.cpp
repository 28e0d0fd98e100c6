#include "recording/recorded_inputs.hpp"

#include "base/json_value.hpp"

namespace drover {
namespace {

/// `value` where the body was sound and held nothing else.
template <typename Value>
std::optional<Value> if_through(const BodyReader& reader, Value value) {
    return reader.is_through() ? std::optional(std::move(value)) : std::nullopt;
}

std::uint64_t unsigned_of(const Json& json, const char* key) {
    return value_or<std::uint64_t>(json, key, 0);
}

RecordedLife life_from(const Json& json) {
    RecordedLife life;
    life.agent = json.at("agent").get<std::string>();
    life.handle = json.at("handle").get<std::uint32_t>();
    life.incarnation = json.at("incarnation").get<std::uint32_t>();
    life.fleet = value_or<std::string>(json, "fleet", "");
    life.plugin = value_or<std::string>(json, "plugin", "");
    life.build_id = value_or<std::string>(json, "build_id", "");
    life.library_agent = value_or<std::string>(json, "library_agent", "");
    life.host = value_or<std::string>(json, "host", "");
    life.mode = value_or<std::uint32_t>(json, "mode", 0);
    life.owns_clock = value_or(json, "owns_clock", false);
    life.has_simulations = value_or(json, "has_simulations", false);
    life.may_engage = value_or(json, "may_engage", false);
    life.is_whole = value_or(json, "whole", false);
    life.config = value_or<std::string>(json, "config", "{}");
    life.seed = unsigned_of(json, "seed");
    life.random = value_or(json, "random", life.random);
    life.start_time = value_or<std::int64_t>(json, "start_time", 0);
    life.last_settled = value_or<std::int64_t>(json, "last_settled", INT64_MIN);
    life.rules = value_or<std::string>(json, "rules", "[]");
    life.patterns = value_or<std::vector<std::string>>(json, "patterns", {});
    life.secret_places = value_or<std::map<std::string, std::string>>(json, "secret_places", {});
    for (const auto& [name, file] :
         value_or<std::map<std::string, std::string>>(json, "secrets", {})) {
        life.secrets.push_back({name, file});
    }
    return life;
}

}  // namespace

void RecordedLife::write(EntryWriter& writer) const {
    Json files = Json::object();
    for (const RecordedSecret& secret : secrets) {
        files[secret.name] = secret.file;
    }
    const std::string json = to_line({{"agent", agent},
                                      {"handle", handle},
                                      {"incarnation", incarnation},
                                      {"fleet", fleet},
                                      {"plugin", plugin},
                                      {"build_id", build_id},
                                      {"library_agent", library_agent},
                                      {"host", host},
                                      {"mode", mode},
                                      {"owns_clock", owns_clock},
                                      {"has_simulations", has_simulations},
                                      {"may_engage", may_engage},
                                      {"whole", is_whole},
                                      {"config", config},
                                      {"secrets", std::move(files)},
                                      {"secret_places", secret_places},
                                      {"seed", seed},
                                      {"random", random},
                                      {"start_time", start_time},
                                      {"last_settled", last_settled},
                                      {"rules", rules},
                                      {"patterns", patterns}});
    writer.raw(json.data(), json.size());
}

std::optional<RecordedLife> RecordedLife::decode(std::span<const std::byte> body) {
    const auto json = parse_json({reinterpret_cast<const char*>(body.data()), body.size()});
    if (!json || !json.value().is_object()) {
        return std::nullopt;
    }
    try {
        return life_from(json.value());
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

void RecordedState::write(EntryWriter& writer) const {
    writer.put(version);
    writer.text(bytes);
}

std::optional<RecordedState> RecordedState::decode(std::span<const std::byte> body) {
    BodyReader reader(body);
    RecordedState state;
    state.version = reader.get<std::uint32_t>();
    state.bytes = reader.text();
    return if_through(reader, state);
}

void RecordedSimulation::write(EntryWriter& writer) const {
    writer.put(status);
    writer.text(text);
}

std::optional<RecordedSimulation> RecordedSimulation::decode(std::span<const std::byte> body) {
    BodyReader reader(body);
    RecordedSimulation answer;
    answer.status = reader.get<std::int32_t>();
    answer.text = reader.text();
    return if_through(reader, answer);
}

void RecordedStored::write(EntryWriter& writer) const {
    writer.put(static_cast<std::uint32_t>(is_there));
    writer.text(key);
    writer.text(value);
}

std::optional<RecordedStored> RecordedStored::decode(std::span<const std::byte> body) {
    BodyReader reader(body);
    RecordedStored stored;
    stored.is_there = reader.get<std::uint32_t>() != 0;
    stored.key = reader.text();
    stored.value = reader.text();
    return if_through(reader, stored);
}

void RecordedVerdict::write(EntryWriter& writer) const {
    writer.put(call);
    writer.put(status);
    writer.text(sentence);
}

std::optional<RecordedVerdict> RecordedVerdict::decode(std::span<const std::byte> body) {
    BodyReader reader(body);
    RecordedVerdict verdict;
    verdict.call = reader.get<std::uint32_t>();
    verdict.status = reader.get<std::int32_t>();
    verdict.sentence = reader.text();
    return if_through(reader, verdict);
}

void RecordedRules::write(EntryWriter& writer) const {
    writer.text(json);
}

std::optional<RecordedRules> RecordedRules::decode(std::span<const std::byte> body) {
    BodyReader reader(body);
    const RecordedRules rules{reader.text()};
    return if_through(reader, rules);
}

void RecordedStop::write(EntryWriter& writer) const {
    writer.put(reason);
    writer.put(deadline);
}

std::optional<RecordedStop> RecordedStop::decode(std::span<const std::byte> body) {
    BodyReader reader(body);
    RecordedStop stop;
    stop.reason = reader.get<std::int32_t>();
    stop.deadline = reader.get<std::int64_t>();
    return if_through(reader, stop);
}

void RecordedTimer::write(EntryWriter& writer) const {
    writer.put(id);
    writer.put(due);
    writer.put(missed);
}

std::optional<RecordedTimer> RecordedTimer::decode(std::span<const std::byte> body) {
    BodyReader reader(body);
    RecordedTimer timer;
    timer.id = reader.get<std::uint64_t>();
    timer.due = reader.get<std::int64_t>();
    timer.missed = reader.get<std::uint32_t>();
    return if_through(reader, timer);
}

void RecordedPost::write(EntryWriter& writer) const {
    writer.put(token);
    writer.put(last_settled);
}

std::optional<RecordedPost> RecordedPost::decode(std::span<const std::byte> body) {
    BodyReader reader(body);
    RecordedPost post;
    post.token = reader.get<std::uint64_t>();
    post.last_settled = reader.get<std::int64_t>();
    return if_through(reader, post);
}

void RecordedRequest::write(EntryWriter& writer) const {
    writer.put(client);
    writer.put(client_incarnation);
    writer.put(number);
    writer.put(id);
    writer.put(port);
    writer.put(deadline);
    writer.text(sender);
    writer.text(body);
}

std::optional<RecordedRequest> RecordedRequest::decode(std::span<const std::byte> bytes) {
    BodyReader reader(bytes);
    RecordedRequest request;
    request.client = reader.get<std::uint32_t>();
    request.client_incarnation = reader.get<std::uint32_t>();
    request.number = reader.get<std::uint64_t>();
    request.id = reader.get<std::uint64_t>();
    request.port = reader.get<std::uint32_t>();
    request.deadline = reader.get<std::int64_t>();
    request.sender = reader.text();
    request.body = reader.text();
    return if_through(reader, request);
}

void RecordedReply::write(EntryWriter& writer) const {
    writer.put(number);
    writer.put(token);
    writer.put(status);
    writer.text(error);
    writer.text(body);
}

std::optional<RecordedReply> RecordedReply::decode(std::span<const std::byte> bytes) {
    BodyReader reader(bytes);
    RecordedReply reply;
    reply.number = reader.get<std::uint64_t>();
    reply.token = reader.get<std::uint64_t>();
    reply.status = reader.get<std::int32_t>();
    reply.error = reader.text();
    reply.body = reader.text();
    return if_through(reader, reply);
}

void RecordedRefusal::write(EntryWriter& writer) const {
    writer.put(sequence);
    writer.put(status);
    writer.text(topic);
    writer.text(reason);
}

std::optional<RecordedRefusal> RecordedRefusal::decode(std::span<const std::byte> body) {
    BodyReader reader(body);
    RecordedRefusal refusal;
    refusal.sequence = reader.get<std::uint64_t>();
    refusal.status = reader.get<std::int32_t>();
    refusal.topic = reader.text();
    refusal.reason = reader.text();
    return if_through(reader, refusal);
}

void RecordedLink::write(EntryWriter& writer) const {
    writer.put(port);
    writer.put(std::uint8_t{is_lost});
    writer.text(publisher);
    writer.text(reason);
}

std::optional<RecordedLink> RecordedLink::decode(std::span<const std::byte> body) {
    BodyReader reader(body);
    RecordedLink link;
    link.port = reader.get<std::uint32_t>();
    link.is_lost = reader.get<std::uint8_t>() != 0;
    link.publisher = reader.text();
    link.reason = reader.text();
    return if_through(reader, link);
}

}  // namespace drover
