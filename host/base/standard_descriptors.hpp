/// Descriptors 0, 1 and 2 of a program that was started without some of them (`>&-`).
#pragma once

namespace drover {

/// Puts /dev/null in the place of each one that is closed, so that no file or socket that is opened
/// later gets its number and is taken for input or output. What is written there fails, as it
/// would have. Call it first in main.
void occupy_standard_descriptors();

}  // namespace drover
