/// Hides the values of secrets in what is written down.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

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
    /// The same for every text in a JSON value; its keys stay.
    void mask_texts(Json& value) const;
    /// Where a text that is too long may be cut in two, so that no value is cut: at `longest`, or
    /// before the value that stands there. Not 0.
    [[nodiscard]] std::size_t cut(std::string_view text, std::size_t longest) const;
    /// How many letters behind a cut must be known to find the values that it would cut.
    [[nodiscard]] std::size_t reach() const {
        return values_.empty() ? 0 : values_.front().size() - 1;
    }

private:
    std::vector<std::string> values_;  ///< The longest first: one may be a part of another.
};

}  // namespace drover
