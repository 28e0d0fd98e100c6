/// What the exit codes of `drover` mean; docs/cli.md promises them.
#pragma once

#include <cstdio>
#include <string>

#include "base/printable_text.hpp"
#include "base/result.hpp"

namespace drover {

enum ExitCode : int {
    exit_ok = 0,
    exit_failed = 1,
    exit_usage = 2,
    exit_unhealthy = 3,  ///< An agent named is unhealthy or failed.
    exit_no_droverd = 4,
    exit_timed_out = 5
};

/// Prints "drover: sentence" on standard error and returns the code that fits the error's kind.
inline int report(const Error& error) {
    (void)std::fprintf(stderr, "drover: %s\n", printable_lines(error.message).c_str());
    switch (error.kind) {
        case ErrorKind::unavailable:
            return exit_no_droverd;
        case ErrorKind::timed_out:
            return exit_timed_out;
        default:
            return exit_failed;
    }
}

/// A sentence about what was typed, with where to find help. Returns `exit_usage`.
inline int report_usage(const std::string& sentence, const std::string& verb) {
    (void)std::fprintf(stderr,
                       "drover: %s Run 'drover %s%s--help' for help.\n",
                       printable(sentence).c_str(),
                       verb.c_str(),
                       verb.empty() ? "" : " ");
    return exit_usage;
}

/// report() for an answer of droverd, where `not_found` means a name that was typed wrongly.
inline int report_answer(const Error& error) {
    const int code = report(error);
    return error.kind == ErrorKind::not_found ? exit_usage : code;
}

}  // namespace drover
