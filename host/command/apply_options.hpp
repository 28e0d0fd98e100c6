/// The options of `drover apply`.
#pragma once

#include "command/apply_verb.hpp"

namespace CLI {
class App;
}

namespace drover {

void add_apply_options(CLI::App& verb, ApplyOptions& options);

}  // namespace drover
