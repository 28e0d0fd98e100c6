/// Any text as a line on the control socket: the answer is one line of JSON-RPC, or nothing.
#include <string>

#include "base/json_value.hpp"
#include "daemon/control_server.hpp"
#include "fuzz/fuzz_target.hpp"

namespace drover {
namespace {

RpcAnswer answer(const std::string& method, const Json& params) {
    require(params.is_object());
    if (method == "status") {
        return std::make_unique<Json>(params);
    }
    if (method == "request") {
        return RpcPromise{1};
    }
    return RpcError{RpcError::unknown_method, "There is no method '" + method + "'."};
}

void check(const Json& response) {
    require(response.is_object() && response.at("jsonrpc") == "2.0" && response.contains("id"));
    require(response.contains("result") != response.contains("error"));
}

}  // namespace
}  // namespace drover

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace drover;
    std::string line(reinterpret_cast<const char*>(data), size);
    line = line.substr(0, line.find('\n'));
    const std::string answered = answer_line(line, answer, [](RpcPromise, const Json&) {});
    if (answered.empty()) {
        return 0;
    }
    require(answered.find('\n') == std::string::npos);
    const auto json = parse_json(answered);
    require(bool(json));
    if (json.value().is_array()) {
        for (const Json& response : json.value()) {
            check(response);
        }
    } else {
        check(json.value());
    }
    return 0;
}
