/// How an agent class says why it cannot do what it was asked.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include <drover/status.h>

namespace drover {

/// Thrown by an agent to say why it cannot do what it was asked: a stable code and a sentence.
class Failure : public std::exception {
public:
    Failure(std::string code, std::string text, drover_status status = DROVER_E_CONFIG)
        : code_(std::move(code)), text_(std::move(text)), status_(status) {}
    [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
    [[nodiscard]] const std::string& code() const { return code_; }
    [[nodiscard]] drover_status status() const { return status_; }

private:
    std::string code_;
    std::string text_;
    drover_status status_;
};

}  // namespace drover
