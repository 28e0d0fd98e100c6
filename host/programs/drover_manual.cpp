// drover-manual: writes the manual pages at build time, from what the command itself knows.
#include <cstdio>
#include <string>

#include "base/file_text.hpp"
#include "base/json_value.hpp"
#include "command/command_line.hpp"
#include "command/manual_page.hpp"

int main(int count, char** arguments) {
    const std::string page = count > 1 ? arguments[1] : "";
    if (page == "drover" && count == 2) {
        (void)std::fputs(drover::command_page(drover::command_verbs(), DROVER_VERSION).c_str(),
                         stdout);
    } else if (page == "agents.yaml" && count == 3) {
        const auto schema = drover::parse_json(drover::read_file_text(arguments[2]).value_or(""));
        if (!schema) {
            (void)std::fprintf(
                stderr, "drover-manual: %s: %s\n", arguments[2], schema.error().message.c_str());
            return 1;
        }
        (void)std::fputs(drover::file_page(schema.value(), DROVER_VERSION).c_str(), stdout);
    } else {
        (void)std::fputs("usage: drover-manual drover | agents.yaml SCHEMA\n", stderr);
        return 2;
    }
    return std::fflush(stdout) == 0 ? 0 : 1;
}
