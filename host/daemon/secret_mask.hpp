/// Hides the values of secrets in what is written down.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drover {

/// Knows the values of one agent's secrets. Cheap where there are none. One thread.
class SecretMask {
public:
    /// What stands where a value stood.
    static constexpr std::string_view stars = "***";

    SecretMask() = default;
    /// Of a value with several lines each line of at least four letters is hidden for itself,
    /// because what is written is written line by line. Empty values are passed over.
    explicit SecretMask(const std::vector<std::string>& values);

    /// The text with every value replaced by `stars`.
    [[nodiscard]] std::string masked(std::string_view text) const;

private:
    std::vector<std::string> values_;  ///< The longest first: one may be a part of another.
};

}  // namespace drover
