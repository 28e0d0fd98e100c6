/// What a process that handles messages does with memory that they no longer need.
#pragma once

namespace drover {

/// Keeps up to 64 MiB of freed memory instead of giving it back at once. By default malloc returns
/// all but 128 KiB at the end of the heap, and a burst of messages then takes a page fault for each
/// page, again and again. Call it before other threads run.
void keep_freed_memory();

}  // namespace drover
