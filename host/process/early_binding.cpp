#include "process/early_binding.hpp"

#include <cstdlib>
#include <string_view>

namespace drover {
namespace {

constexpr const char* variable = "LD_BIND_NOW";
constexpr const char* own_value = "drover";  // The loader takes any.

}  // namespace

void ask_for_early_binding(std::vector<std::string>& environment) {
    if (::getenv(variable) == nullptr) {
        environment.push_back(std::string(variable) + "=" + own_value);
    }
}

void forget_early_binding() {
    const char* const value = ::getenv(variable);
    if (value != nullptr && std::string_view(value) == own_value) {
        ::unsetenv(variable);
    }
}

}  // namespace drover
