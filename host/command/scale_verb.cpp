/// Asking, showing what it changes, and waiting until it is done.
#include "command/scale_verb.hpp"

#include <cstdio>

#include "base/json_value.hpp"
#include "command/apply_verb.hpp"
#include "command/control_client.hpp"
#include "command/exit_code.hpp"
#include "command/person.hpp"
#include "command/plan_text.hpp"

namespace drover {

int run_scale(const ScaleOptions& options) {
    auto client = ControlClient::connect(options.state_directory);
    if (!client) {
        return report(client.error());
    }
    const auto before = look_at_fleet(client.value());
    if (!before) {
        return report_answer(before.error());
    }
    const std::string count = std::to_string(options.count);
    const auto answer =
        client.value().call("scale",
                            {{"name", options.agent},
                             {"replicas", options.count},
                             {"by", wished_by("scale " + options.agent + " " + count)}},
                            answer_time);
    if (!answer) {
        return report_answer(answer.error());
    }
    if (options.as_json) {
        std::puts(to_line(answer.value()).c_str());
    } else {
        std::fputs(plan_text(answer.value()).c_str(), stdout);
    }
    return wait_until_taken(client.value(),
                            options.timeout,
                            answer.value(),
                            before.value(),
                            "'drover describe NAME' says why.");
}

}  // namespace drover
