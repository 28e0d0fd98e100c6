/// The last look at standard output: what could not be written must not look like success.
#pragma once

namespace drover {

/// Flushes standard output. Returns `exit_code`, or 1 with a sentence on standard error where
/// something could not be written and the code was 0. A reader that has gone away (`| head -1`)
/// has what it wanted: then nothing is said and the code stays.
[[nodiscard]] int finish_output(int exit_code);

}  // namespace drover
