#include "command/request_verb.hpp"

#include <cstdio>

#include "base/json_value.hpp"
#include "base/printable_text.hpp"
#include "base/reply_wait.hpp"
#include "command/agent_request.hpp"
#include "command/exit_code.hpp"

namespace drover {
namespace {

/// The document of `-o json`; the reply stands in it as the agent wrote it.
std::string document(const AgentAnswer& answer, const std::string& port) {
    Json head = {{"agent", answer.agent}, {"port", port}, {"ok", answer.is_ok}};
    if (!answer.is_ok) {
        head["status"] = answer.status;
        head["error"] = answer.error;
        return to_line(head);
    }
    return to_line_with(head, "reply", answer.reply);
}

}  // namespace

int run_request(const RequestOptions& options) {
    if (options.timeout < shortest_reply_wait || options.timeout > longest_reply_wait) {
        return report_usage("--timeout takes 1ms to 1h here.", "request");
    }
    if (const auto parsed = parse_json(options.body); !parsed) {
        (void)report({ErrorKind::invalid,
                      "The request is no JSON: " + parsed.error().message +
                          " Quote it for the shell: '{\"key\": 1}'."});
        return exit_usage;
    }
    auto client = ControlClient::connect(options.state_directory);
    if (!client) {
        return report(client.error());
    }
    const auto answer = ask_agent(client.value(),
                                  AgentQuestion{.agent = options.agent,
                                                .port = options.port,
                                                .body = options.body,
                                                .timeout = options.timeout});
    if (!answer) {
        return report_answer(answer.error());
    }
    if (answer.value().is_ok && !parse_json(answer.value().reply)) {
        return report({ErrorKind::invalid,
                       "Agent '" + options.agent +
                           "' answered with something that is no JSON: " + answer.value().reply});
    }
    if (options.as_json) {
        std::printf("%s\n", document(answer.value(), options.port).c_str());
    } else if (answer.value().is_ok) {
        std::printf("%s\n", answer.value().reply.c_str());
    }
    if (!answer.value().is_ok) {
        (void)std::fprintf(stderr, "drover: %s\n", printable(answer.value().error).c_str());
    }
    return exit_code_of(answer.value());
}

}  // namespace drover
