/// The requests and messages of the runner agent.
#pragma once

#include <drover/agent.hpp>

namespace drover {

struct RunMessage;
struct RunResultMessage;
struct RunProgressMessage;
struct CancelMessage;
struct CancelledMessage;

inline constexpr drover_message_type backtest_run_type = DROVER_JSON_TYPE(
    "backtest.run",
    1,
    R"({"type":"object","additionalProperties":false,"properties":{)"
    R"("file":{"type":"string"},"from":{"type":"string"},"to":{"type":"string"},)"
    R"("set":{"type":["object","array"]},"label":{"type":"string"}}})",
    "A simulation to run: of the fleet's own file, or of another, with changed values");
inline constexpr drover_message_type backtest_result_type =
    DROVER_JSON_TYPE("backtest.result",
                     1,
                     R"({"type":"object","required":["run","label"]})",
                     "The document of drover backtest, or why there is none, in `error`");
inline constexpr drover_message_type backtest_progress_type =
    DROVER_JSON_TYPE("backtest.progress",
                     1,
                     R"({"type":"object","required":["run","label","state"]})",
                     "How far a run has come");
inline constexpr drover_message_type backtest_cancel_type =
    DROVER_JSON_TYPE("backtest.cancel",
                     1,
                     R"({"type":"object","additionalProperties":false,"properties":{)"
                     R"("run":{"type":"integer"},"label":{"type":"string"}}})",
                     "Which run to end: by its number or its label");
inline constexpr drover_message_type backtest_cancelled_type =
    DROVER_JSON_TYPE("backtest.cancelled",
                     1,
                     R"({"type":"object","required":["run","label","was"]})",
                     "The run that was ended, and whether it was running or waiting");

template <>
struct MessageTypeOf<RunMessage> {
    static constexpr const drover_message_type* value = &backtest_run_type;
};
template <>
struct MessageTypeOf<RunResultMessage> {
    static constexpr const drover_message_type* value = &backtest_result_type;
};
template <>
struct MessageTypeOf<RunProgressMessage> {
    static constexpr const drover_message_type* value = &backtest_progress_type;
};
template <>
struct MessageTypeOf<CancelMessage> {
    static constexpr const drover_message_type* value = &backtest_cancel_type;
};
template <>
struct MessageTypeOf<CancelledMessage> {
    static constexpr const drover_message_type* value = &backtest_cancelled_type;
};

}  // namespace drover
