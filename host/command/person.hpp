/// Who types the commands: for the record of what was wished.
#pragma once

#include <string>

namespace drover {

/// The user of this process, by user id: an environment variable could say anything.
[[nodiscard]] std::string person_name();

/// "root with 'drover stop risk'": the key `by` of a wish on the control socket.
[[nodiscard]] std::string wished_by(const std::string& command);

}  // namespace drover
