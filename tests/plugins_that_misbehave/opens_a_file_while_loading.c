/* Works, but opens a file in a constructor, which all copies of the process would share. */
#include <fcntl.h>

#include "plain_library.h"

__attribute__((constructor)) static void open_file(void) {
    (void)open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static const drover_library library = {sizeof(drover_library),
                                       DROVER_ABI_MAJOR,
                                       DROVER_ABI_MINOR,
                                       1,
                                       DROVER_ABI_HASH,
                                       plain_agents,
                                       "C"};

DROVER_EXPORT const drover_library* drover_library_v1(void) {
    return &library;
}
