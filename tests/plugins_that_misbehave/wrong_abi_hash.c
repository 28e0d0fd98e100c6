/* Was built with other headers than the host. */
#include "plain_library.h"

static const drover_library library = {sizeof(drover_library),
                                       DROVER_ABI_MAJOR,
                                       DROVER_ABI_MINOR,
                                       1,
                                       DROVER_ABI_HASH ^ 1u,
                                       plain_agents,
                                       "C"};

DROVER_EXPORT const drover_library* drover_library_v1(void) {
    return &library;
}
