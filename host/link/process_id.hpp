/// The process id from memory, for libzmq, which asks the kernel for it before and after each of
/// its wake-ups to find out whether it has been forked.
#pragma once

namespace drover {

/// From now on `getpid` of this program, which all its libraries call, needs no system call. A
/// copy of the process finds out its own id. Any thread; more than once is no harm.
void remember_process_id();

}  // namespace drover
