#include "base/line_pattern.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

#include "base/printable_text.hpp"

namespace drover {
namespace {

/// What takes no time to speak of, and little memory, to compile.
constexpr std::size_t longest_text = 1000;
constexpr std::size_t most_written_out = 2000;

bool has_back_reference(const std::string& text) {
    for (std::size_t index = 0; index + 1 < text.size(); ++index) {
        if (text[index] == '\\') {
            ++index;
            if (std::isdigit(static_cast<unsigned char>(text[index])) != 0) {
                return true;
            }
        }
    }
    return false;
}

/// How many characters a pattern has once the bounds in braces are written out, as regcomp does it.
class WrittenOut {
public:
    explicit WrittenOut(std::string_view text) : rest_(text) {}

    /// The number, or one above `most`.
    std::size_t size(std::size_t most) {
        while (!rest_.empty() && sums_.front() <= most) {
            const char letter = take();
            if (letter == '(') {
                sums_.push_back(0);
            } else if (letter == ')' && sums_.size() > 1) {
                const std::size_t group = sums_.back();
                sums_.pop_back();
                add(group);
            } else if (letter == '{') {
                repeat(most);
            } else if (letter == '[') {
                rest_.remove_prefix(std::min(rest_.find(']', 1), rest_.size()));
                add(1);
            } else {
                rest_.remove_prefix(letter == '\\' && !rest_.empty() ? 1 : 0);
                add(1);
            }
        }
        return std::min(std::accumulate(sums_.begin(), sums_.end(), std::size_t{0}), most + 1);
    }

private:
    char take() {
        const char letter = rest_.front();
        rest_.remove_prefix(1);
        return letter;
    }
    void add(std::size_t part) {
        last_ = part;
        sums_.back() += part;
    }
    /// What stands before the braces, as often as the larger of their numbers says.
    void repeat(std::size_t most) {
        std::size_t bound = 0;
        std::size_t largest = 1;
        for (char letter = '{'; letter != '}' && !rest_.empty();) {
            letter = take();
            const bool is_digit = std::isdigit(static_cast<unsigned char>(letter)) != 0;
            bound = is_digit ? bound * 10 + static_cast<std::size_t>(letter - '0') : 0;
            bound = std::min(bound, most + 1);
            largest = std::max(largest, bound);
        }
        sums_.back() += last_ * (largest - 1);
        last_ = std::min(last_ * largest, most + 1);
        sums_.back() = std::min(sums_.back(), most + 1);
    }

    std::string_view rest_;
    std::vector<std::size_t> sums_{0};  ///< Of each group that is open; the whole pattern's first.
    std::size_t last_ = 0;              ///< What the next bound repeats.
};

}  // namespace

Result<LinePattern> LinePattern::compile(const std::string& text) {
    if (text.empty()) {
        return Error{ErrorKind::invalid, "an empty pattern matches every line"};
    }
    if (has_back_reference(text)) {
        return Error{ErrorKind::invalid,
                     "'" + text + "' has a back-reference, which may take too long to match"};
    }
    if (text.size() > longest_text || WrittenOut(text).size(most_written_out) > most_written_out) {
        return Error{
            ErrorKind::invalid,
            "'" + excerpt(text) +
                "' is too large: a pattern has at most 1000 bytes, and 2000 once its bounds "
                "in braces are written out"};
    }
    auto expression = std::make_unique<regex_t>();
    const int status = ::regcomp(expression.get(), text.c_str(), REG_EXTENDED | REG_NOSUB);
    if (status != 0) {
        std::array<char, 128> reason{};
        (void)::regerror(status, expression.get(), reason.data(), reason.size());
        return Error{ErrorKind::invalid,
                     "'" + text + "' is no extended regular expression: " + reason.data()};
    }
    const std::shared_ptr<const regex_t> compiled(expression.release(), [](const regex_t* owned) {
        ::regfree(const_cast<regex_t*>(owned));
        delete owned;
    });
    return LinePattern(text, compiled);
}

bool LinePattern::matches(std::string_view line) const {
    return ::regexec(compiled_.get(), std::string(line).c_str(), 0, nullptr, 0) == 0;
}

}  // namespace drover
