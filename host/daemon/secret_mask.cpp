#include "daemon/secret_mask.hpp"

#include <algorithm>

#include "base/json_value.hpp"

namespace drover {
namespace {

/// A shorter line of a value, such as the brace of a JSON key file, stands in every second line.
constexpr std::size_t shortest_part = 4;

}  // namespace

SecretMask::SecretMask(const std::vector<std::string>& values) {
    for (const std::string& value : values) {
        const std::size_t first_end = std::min(value.find('\n'), value.size());
        const bool has_lines = first_end + 1 < value.size();
        std::size_t start = 0;
        while (start < value.size()) {
            const std::size_t end = std::min(value.find('\n', start), value.size());
            std::string part = value.substr(start, end - start);
            if (part.ends_with('\r')) {
                part.pop_back();
            }
            if (!part.empty() && (!has_lines || part.size() >= shortest_part)) {
                values_.push_back(std::move(part));
            }
            start = end + 1;
        }
    }
    std::ranges::sort(values_, std::ranges::greater(), &std::string::size);
}

std::string SecretMask::masked(std::string_view text) const {
    std::string result(text);
    for (const std::string& value : values_) {
        for (std::size_t at = result.find(value); at != std::string::npos;
             at = result.find(value, at + stars.size())) {
            result.replace(at, value.size(), stars);
        }
    }
    return result;
}

void SecretMask::mask_texts(Json& value) const {
    if (values_.empty()) {
        return;
    }
    if (value.is_string()) {
        value = masked(value.get_ref<const std::string&>());
    } else if (value.is_structured()) {
        for (Json& part : value) {
            mask_texts(part);
        }
    }
}

std::size_t SecretMask::cut(std::string_view text, std::size_t longest) const {
    std::size_t cut = longest;
    for (const std::string& value : values_) {
        const std::size_t before = cut < value.size() ? 0 : cut - value.size() + 1;
        const std::size_t at = text.substr(before, cut - before + value.size() - 1).find(value);
        if (at != std::string_view::npos && before + at > 0) {
            cut = before + at;
        }
    }
    return cut;
}

}  // namespace drover
