/// What a process that handles messages does with memory that they no longer need.
#pragma once

namespace drover {

/// Keeps up to 64 MiB of freed memory at the end of each of malloc's arenas instead of giving it
/// back at once. By default malloc returns all but 128 KiB there, and a burst of messages then
/// takes a page fault for each page, again and again. It is no bound for a process: threads may
/// have arenas of their own, such as the one in which ZeroMQ receives frames, and what is free
/// below a block in use, or in an earlier part of an arena, stays whatever its size. Call it before
/// other threads run.
void keep_freed_memory();

}  // namespace drover
