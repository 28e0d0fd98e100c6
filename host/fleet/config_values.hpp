/// The values of an agent's `config`, one by one.
#pragma once

#include <map>
#include <string>

namespace drover {

/// Every value of the JSON text by its pointer below "/config". Numbers keep the digits that were
/// typed, since the plugin sees them: 1.0 and 1.00 differ. The order of keys does not count. An
/// empty object or list is one value.
[[nodiscard]] std::map<std::string, std::string> config_values(const std::string& config_json);

}  // namespace drover
