/// Early binding: the loader resolves all functions of all libraries when a program starts instead
/// of each at its first call. For a program that is copied, so that no copy does it again.
#pragma once

#include <string>
#include <vector>

namespace drover {

/// Adds to the environment of a program that is to be bound early; nothing where the loader was
/// told so by somebody else, whose wish goes on to the program's children.
void ask_for_early_binding(std::vector<std::string>& environment);

/// In that program: takes the entry back, so that no child inherits it. Only while there is one
/// thread.
void forget_early_binding();

}  // namespace drover
