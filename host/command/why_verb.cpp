#include "command/why_verb.hpp"

#include <cstdio>

#include "base/json_value.hpp"
#include "base/printable_text.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/why_chain.hpp"

namespace drover {
namespace {

/// Of a cause with many records a person sees so many.
constexpr std::size_t most_records_shown = 3;
/// The field in which agents say why, by the convention of the trading records.
constexpr const char* words_field = "reason";

/// The file that droverd says is being recorded into.
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
    const auto file = status.value().is_object() ? value_or<std::string>(status.value(), "file", "")
                                                 : std::string();
    if (file.empty()) {
        return Error{ErrorKind::invalid,
                     "Nothing is being recorded now; name a recording with --recording FILE, or "
                     "begin one with `drover record -O FILE`."};
    }
    return std::filesystem::path(file);
}

std::string fields_of(const Json& record) {
    std::string fields;
    for (const auto& [name, value] : record.items()) {
        const std::string text = value.is_string() ? value.get<std::string>() : to_line(value);
        if (name != words_field && !value.is_null() && !text.empty()) {
            fields += "  " + name + "=" + printable(text);
        }
    }
    return fields;
}

void print_record(const Json& record) {
    if (!record.is_object()) {
        std::printf("      %s\n", printable(to_line(record)).c_str());
        return;
    }
    if (const auto words = value_or<std::string>(record, words_field, ""); !words.empty()) {
        std::printf("      \"%s\"\n", printable(words).c_str());
    }
    std::printf("    %s\n", fields_of(record).c_str());
}

/// An agent's name, or its number where nobody knows the name any more.
std::string name_of(const Json& publisher) {
    return publisher.is_string() ? publisher.get<std::string>() : to_line(publisher);
}

void print_link(const WhyLink& link) {
    const Json& message = *link.message;
    const auto cause = message.find("cause");
    const std::string because = cause != message.end() && cause->is_object()
                                    ? "  because of " + name_of(cause->at("publisher")) + " " +
                                          to_line(cause->at("sequence"))
                                    : "";
    std::printf("%s  %s %s  %s%s\n",
                value_or<std::string>(message, "publish_time", "").c_str(),
                name_of(value_or(message, "publisher", Json("?"))).c_str(),
                to_line(value_or(message, "sequence", Json(0))).c_str(),
                value_or<std::string>(message, "topic", "").c_str(),
                because.c_str());
    const Json records =
        message.contains("records") ? message.at("records") : Json::array({message.at("value")});
    for (std::size_t index = 0; index < records.size(); ++index) {
        if (index == most_records_shown) {
            std::printf("      … and %zu more records\n", records.size() - index);
            break;
        }
        print_record(records.at(index));
    }
}

void print_json(const std::string& id, const std::vector<WhyLink>& chain) {
    Json links = Json::array();
    for (const WhyLink& link : chain) {
        Json entry = *link.message;
        entry["mentions"] = link.is_mention;
        entry["depth"] = link.depth;
        links.push_back(std::move(entry));
    }
    std::puts(to_line({{"id", id}, {"chain", std::move(links)}}).c_str());
}

}  // namespace

int run_why(const WhyOptions& options) {
    const auto file = options.file.empty() ? running_recording(options.state_directory)
                                           : Result<std::filesystem::path>(options.file);
    if (!file) {
        return report(file.error());
    }
    RecordedMessages source(file.value());
    const auto chain = why_chain(source, options.id);
    if (!chain) {
        return report(chain.error());
    }
    if (chain.value().empty()) {
        return report(
            {ErrorKind::invalid,
             "No message in " + file.value().string() + " mentions '" + options.id +
                 "'. Give the whole client order id, as `drover tap 'order.>'` shows it."});
    }
    if (options.as_json) {
        print_json(options.id, chain.value());
        return exit_ok;
    }
    for (const WhyLink& link : chain.value()) {
        print_link(link);
    }
    return exit_ok;
}

}  // namespace drover
