/// A value or the reason why there is none.
#pragma once

#include <string>
#include <string_view>

#include <boost/outcome/basic_result.hpp>
#include <boost/outcome/policy/terminate.hpp>
#include <boost/outcome/success_failure.hpp>

namespace drover {

/// What a caller may want to branch on. Add a value only when a caller branches on it.
enum class ErrorKind { not_found, invalid, refused, unavailable, timed_out };

/// One failure, told to the person who must repair it.
struct Error {
    ErrorKind kind;
    std::string message;  ///< A full sentence, naming the file, agent or value at fault.

    /// Puts "context: " before the message, so that the outermost caller reads first.
    [[nodiscard]] Error within(std::string_view context) const {
        return {kind, std::string(context) + ": " + message};
    }
};

/// A value, or the reason why there is none. Reading the wrong side ends the process.
template <typename Value>
using Result = BOOST_OUTCOME_V2_NAMESPACE::
    basic_result<Value, Error, BOOST_OUTCOME_V2_NAMESPACE::policy::terminate>;

using BOOST_OUTCOME_V2_NAMESPACE::success;

}  // namespace drover
