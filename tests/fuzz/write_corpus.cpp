/// Writes the seeds of the fuzz targets, tests/fuzz/corpus: small sound inputs, and some that are
/// cut or bent. write_corpus FOLDER
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "base/json_value.hpp"
#include "durable_log/log_state.hpp"
#include "durable_log/record_format.hpp"
#include "wire/bundle.hpp"
#include "wire/control_frame.hpp"
#include "wire/message_frame.hpp"
#include "wire/request_frame.hpp"

namespace drover {
namespace {

using Bytes = std::vector<std::byte>;

template <typename Frame>
Bytes bytes_of(const Frame& frame) {
    return {frame.begin(), frame.end()};
}

Bytes bytes_of_text(const std::string& text) {
    const auto* const data = reinterpret_cast<const std::byte*>(text.data());
    return {data, data + text.size()};
}

Bytes message(const std::string& topic, std::uint64_t sequence, const std::string& json = "") {
    MessageHeader header;
    header.type = 1;
    header.publisher = 100;
    header.incarnation = 1;
    header.sequence = sequence;
    header.topic_sequence = sequence;
    Bytes payload(48, std::byte{0x31});
    header.encoding = static_cast<std::uint16_t>(Encoding::records);
    header.count = 1;
    header.record_size = 48;
    if (!json.empty()) {
        payload = bytes_of_text(json);
        header.encoding = static_cast<std::uint16_t>(Encoding::json);
        header.record_size = static_cast<std::uint32_t>(json.size());
    }
    Bytes frame(message_frame_size(topic.size(), payload.size()));
    encode_message(frame, topic, header, payload);
    return frame;
}

Bytes bundle() {
    BundleWriter writer;
    for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
        const Bytes frame = message("market.bar.SPX", sequence);
        std::copy(frame.begin(), frame.end(), writer.add(frame.size()).begin());
    }
    return bytes_of(writer.frame());
}

Bytes request() {
    RequestHead head;
    head.number = 1;
    head.client = 101;
    head.incarnation = 1;
    head.deadline = 1'000'000'000;
    return encode_request(head, "a", "ask.x", bytes_of_text("{\"a\":1}"));
}

Bytes reply() {
    ReplyHead head;
    head.number = 1;
    head.client = 101;
    head.client_incarnation = 1;
    head.server = 100;
    head.server_incarnation = 1;
    return encode_reply(head, "", bytes_of_text("{\"b\":2}"));
}

std::vector<std::pair<std::string, Bytes>> frames() {
    std::vector<std::pair<std::string, Bytes>> all = {
        {"records", message("market.bar.SPX", 1)},
        {"json", message("performance.summary", 2, "{\"a\": [1, null, \"x\"]}")},
        {"bundle", bundle()},
        {"hello", encode_hello({"a", 1, "token", 42, 0, {"market.>", "order.*"}})},
        {"heartbeat", encode_heartbeat({100, 1, {{"market.bar.SPX", 7}}})},
        {"refused", encode_refused({"order.submit.x", 3, -15, "The kill switch is engaged."})},
        {"unhandled", encode_unhandled({"order.submit.x", 100, 1, 3})},
        {"request", request()},
        {"reply", reply()},
        {"credit", bytes_of(encode_control(CreditBody{2, 0, 100}))},
        {"done", bytes_of(encode_control(DoneBody{100, 1, 3, DoneBody::no_timer, 5}))},
        {"advance", bytes_of(encode_control(AdvanceBody{100, 0, 1}))},
    };
    Bytes gated = message("order.submit.x", 4);
    stamp_gate(gated, std::string("order.submit.x").size(), 6);
    all.emplace_back("gated", gated);
    Bytes cut = message("market.bar.SPX", 1);
    cut.resize(cut.size() - 5);
    all.emplace_back("cut", cut);
    Bytes bent = bundle();
    bent[8] = std::byte{0xFF};
    all.emplace_back("bent_bundle", bent);
    return all;
}

/// What tests/fuzz/router_fuzz.cpp takes apart again.
void add_to_session(Bytes& session, std::uint8_t agent, const Bytes& frame) {
    session.push_back(std::byte{agent});
    session.push_back(static_cast<std::byte>(frame.size() & 0xFFU));
    session.push_back(static_cast<std::byte>(frame.size() >> 8U));
    session.insert(session.end(), frame.begin(), frame.end());
}

std::vector<std::pair<std::string, Bytes>> sessions() {
    constexpr std::uint8_t engaged = 0x40;
    constexpr std::uint8_t ends = 0x80;
    std::vector<std::pair<std::string, Bytes>> all;
    Bytes everything;
    for (const auto& [name, frame] : frames()) {
        add_to_session(everything, name == "request" ? 1 : 0, frame);
    }
    all.emplace_back("everything", everything);
    Bytes quotes;
    for (std::uint64_t sequence = 1; sequence <= 6; ++sequence) {
        add_to_session(quotes, 0, message(sequence % 2 == 0 ? "quote.a" : "quote.b", sequence));
    }
    add_to_session(quotes, 1, bytes_of(encode_control(CreditBody{2, 0, 400})));
    all.emplace_back("quotes", quotes);
    Bytes stopped;
    for (std::uint64_t sequence = 1; sequence <= 4; ++sequence) {
        add_to_session(stopped, 0, message("order.submit.x", sequence));
    }
    add_to_session(stopped, engaged | 1U, bytes_of(encode_control(CreditBody{2, 0, 400})));
    add_to_session(stopped, engaged | 2U, encode_unhandled({"order.submit.x", 100, 1, 2}));
    add_to_session(stopped, ends | 1U, message("order.submit.x", 5));
    all.emplace_back("stopped", stopped);
    return all;
}

std::vector<std::pair<std::string, Bytes>> lines() {
    std::vector<std::pair<std::string, Bytes>> all;
    const auto add = [&all](const char* name, const std::string& text) {
        all.emplace_back(name, bytes_of_text(text));
    };
    add("status", R"({"jsonrpc":"2.0","id":1,"method":"status","params":{"names":["risk"]}})");
    add("request", R"({"jsonrpc":"2.0","id":"x","method":"request","params":{"agent":"a"}})");
    add("notification", R"({"jsonrpc":"2.0","method":"status"})");
    add("unknown", R"({"jsonrpc":"2.0","id":null,"method":"sing"})");
    add("batch",
        R"([{"jsonrpc":"2.0","id":1,"method":"status"},{"jsonrpc":"2.0","id":2,"method":"request"},7])");
    add("no_object", R"(["\u0000", 1e400, {}])");
    add("nonsense", "nonsense");
    return all;
}

std::vector<std::pair<std::string, Bytes>> orders() {
    std::vector<std::pair<std::string, Bytes>> all;
    const auto add = [&all](const char* name, const Json& json) {
        all.emplace_back(name, bytes_of_text(to_line(json)));
    };
    const Json rules = Json::array({{{"pattern", "order.>"},
                                     {"delivery", "latest"},
                                     {"gated", true},
                                     {"publishers", {"risk"}},
                                     {"subscribers", nullptr}}});
    const Json quotas = {{"a", {{"messages", 5}, {"bytes", nullptr}, {"burst", 1000}}}};
    const Json agent = {
        {"name", "a"}, {"handle", 1}, {"consumes", {"market.>"}}, {"publishes", {"order.>"}}};
    add("router",
        {{"do", "configure"},
         {"epoch", 1},
         {"fleet", "f"},
         {"clock", "wall"},
         {"tap", ""},
         {"kill_switch", "/k"},
         {"rules", rules},
         {"quotas", quotas},
         {"window", {{"frames", 2}, {"bytes", 100}}},
         {"queue", 4},
         {"agents", Json::array({agent})}});
    add("change",
        {{"do", "change"},
         {"join", Json::array({agent})},
         {"leave", {"b"}},
         {"rules", rules},
         {"quotas", quotas}});
    add("link", {{"agent", "a"}, {"incarnation", 1}, {"endpoint", "ipc://x"}, {"token", "t"}});
    add("agent",
        {{"do", "configure"},
         {"name", "a"},
         {"fleet", "f"},
         {"handle", 1},
         {"incarnation", 1},
         {"plugin", "/p.so"},
         {"agent", "a"},
         {"config", "{}"},
         {"mode", "live"},
         {"owns_clock", false},
         {"endpoint", "ipc:x"},
         {"token", "t"},
         {"state_file", "/s"},
         {"kill_switch", "/k"},
         {"fleet_file", "/f"},
         {"grants", {"drover.control/1"}},
         {"types",
          Json::array({{{"name", "t"}, {"version", 1}, {"layout_hash", "7"}, {"handle", 1}}})},
         {"publishers", {{"a", 1}}},
         {"rules", rules},
         {"quotas", quotas},
         {"window", {{"frames", 2}, {"bytes", 100}}}});
    add("news", {{"publishers", {{"a", 1}}}, {"rules", rules}, {"quotas", quotas}});
    return all;
}

/// A segment file with a checkpoint and two messages, the second of a later sync.
Bytes segment(std::uint64_t first_position) {
    SegmentHeader header;
    header.log.fill(7);
    header.first_position = first_position;
    header.file_size = 4096;
    Bytes bytes = encode_header(header);
    LogState state;
    state.sequences[100] = first_position - 1;
    state.receivers["risk"] = {first_position - 1, first_position - 1, {first_position}};
    Bytes records;
    RecordHead head;
    head.kind = static_cast<std::uint16_t>(RecordKind::checkpoint);
    head.position = first_position - 1;
    append_record(records, head, encode_state(state));
    for (std::uint64_t index = 0; index < 2; ++index) {
        head.kind =
            static_cast<std::uint16_t>(index == 0 ? RecordKind::message : RecordKind::refusal);
        head.publisher = 100;
        head.incarnation = 1;
        head.position = first_position + index;
        head.sequence = head.position;
        append_record(records, head, index == 0 ? message("order.submit.x", 1) : Bytes());
    }
    seal(records, first_position);
    bytes.insert(bytes.end(), records.begin(), records.end());
    bytes.resize(bytes.size() + 256);  // As preallocated.
    return bytes;
}

/// What tests/fuzz/durable_log_fuzz.cpp takes apart again.
Bytes segments(std::uint8_t mends, const std::vector<Bytes>& files) {
    Bytes all;
    for (const Bytes& file : files) {
        add_to_session(all, mends, file);
    }
    return all;
}

std::vector<std::pair<std::string, Bytes>> logs() {
    constexpr std::uint8_t nothing = 0;
    constexpr std::uint8_t header = 1;
    constexpr std::uint8_t all = 3;
    Bytes torn = segment(1);
    torn.resize(torn.size() - 300);
    Bytes bent = segment(1);
    bent[sizeof(SegmentHeader) + 20] = std::byte{0xFF};
    SegmentHeader of_another;
    of_another.first_position = 3;
    Bytes another_log = encode_header(of_another);
    Bytes no_checkpoint = segment(1);
    no_checkpoint[sizeof(SegmentHeader) + offsetof(RecordHead, kind)] = std::byte{1};
    return {{"one", segments(nothing, {segment(1)})},
            {"three", segments(header, {segment(1), segment(3), segment(5)})},
            {"with_a_hole", segments(header, {segment(1), segment(9)})},
            {"torn", segments(nothing, {torn})},
            {"of_two_logs", segments(nothing, {segment(1), segment(2), another_log})},
            {"bent", segments(nothing, {bent})},
            {"bent_and_mended", segments(all, {bent, segment(3)})},
            {"no_checkpoint", segments(all, {no_checkpoint})},
            {"no_segment", segments(nothing, {bytes_of_text("nonsense")})}};
}

bool write_all(const std::filesystem::path& folder,
               const std::vector<std::pair<std::string, Bytes>>& seeds) {
    std::filesystem::create_directories(folder);
    for (const auto& [name, bytes] : seeds) {
        std::ofstream file(folder / name, std::ios::binary | std::ios::trunc);
        file.write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
        if (!file.flush()) {
            return false;
        }
    }
    return true;
}

}  // namespace
}  // namespace drover

int main(int count, char** arguments) {
    if (count != 2) {
        std::fputs("write_corpus FOLDER\n", stderr);
        return 2;
    }
    using namespace drover;
    const std::filesystem::path folder = arguments[1];
    const bool is_written = write_all(folder / "envelope", frames()) &&
                            write_all(folder / "router", sessions()) &&
                            write_all(folder / "control_socket", lines()) &&
                            write_all(folder / "control_channel", orders()) &&
                            write_all(folder / "durable_log", logs());
    return is_written ? 0 : 1;
}
