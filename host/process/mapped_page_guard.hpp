/// Keeps a mapped page of a file usable when somebody cuts the file short, which would otherwise
/// end the process with SIGBUS at the next look.
#pragma once

#include <cstddef>

namespace drover {

/// From now on an access to the `size` bytes mapped at `memory` for which the file has no bytes any
/// more finds zeros. The file that `descriptor` is gets its length back, so that all who have
/// mapped it go on sharing it; where it may not be written, the zeros are this process's own. The
/// descriptor is lent until `forget_mapped_page`. Takes the signal SIGBUS, and passes on what is
/// not about such a page. At most 32 pages of a process are guarded. Any thread.
void guard_mapped_page(void* memory, std::size_t size, int descriptor);
/// Call it before the page is unmapped.
void forget_mapped_page(void* memory);

}  // namespace drover
