#include "command/why_verb.hpp"

#include <algorithm>
#include <cstdio>

#include "base/json_value.hpp"
#include "base/printable_text.hpp"
#include "command/exit_code.hpp"
#include "command/why_chain.hpp"
#include "command/why_sources.hpp"

namespace drover {
namespace {

/// Of a cause with many records a person sees so many.
constexpr std::size_t most_records_shown = 3;
/// The field in which agents say why, by the convention of the trading records.
constexpr const char* words_field = "reason";

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

Json ids_of_missing(const WhyChain& chain) {
    Json missing = Json::array();
    for (const WhyLink& link : chain.links) {
        const Json cause = value_or<Json>(*link.message, "cause", Json());
        if (link.is_cause_missing && std::ranges::find(missing, cause) == missing.end()) {
            missing.push_back(cause);
        }
    }
    return missing;
}

void print_json(const std::string& id, const WhyChain& chain, const WhySources& sources) {
    Json links = Json::array();
    for (const WhyLink& link : chain.links) {
        Json entry = *link.message;
        entry["mentions"] = link.is_mention;
        entry["depth"] = link.depth;
        links.push_back(std::move(entry));
    }
    Json of_log = nullptr;
    if (sources.log) {
        of_log = {{"folder", sources.log->log().folder.string()}, {"first", sources.log->first()}};
    }
    std::puts(
        to_line({{"id", id},
                 {"chain", std::move(links)},
                 {"missing", ids_of_missing(chain)},
                 {"log", std::move(of_log)},
                 {"recording",
                  sources.recording.empty() ? Json(nullptr) : Json(sources.recording.string())}})
            .c_str());
}

}  // namespace

int run_why(const WhyOptions& options) {
    auto sources = find_why_sources(options.state_directory, options.file);
    if (!sources) {
        return report(sources.error());
    }
    const auto chain = why_chain_of(sources.value(), options.id);
    if (!chain) {
        return report(chain.error());
    }
    const std::string missing = sources.value().what_is_missing(chain.value());
    if (chain.value().links.empty()) {
        (void)report({ErrorKind::invalid,
                      "No message in " + sources.value().text() + " mentions '" + options.id +
                          "'. Give the whole client order id, as `drover tap 'order.>' --from "
                          "start` shows it."});
        (void)std::fputs(missing.c_str(), stderr);
        return exit_failed;
    }
    if (options.as_json) {
        print_json(options.id, chain.value(), sources.value());
        return exit_ok;
    }
    for (const WhyLink& link : chain.value().links) {
        print_link(link);
    }
    if (!missing.empty()) {
        std::printf("\n%s", missing.c_str());
    }
    return exit_ok;
}

}  // namespace drover
