/* Was built for an ABI that does not exist yet. */
#include "plain_library.h"

static const drover_library library = {sizeof(drover_library),
                                       DROVER_ABI_MAJOR + 7u,
                                       DROVER_ABI_MINOR,
                                       1,
                                       DROVER_ABI_HASH,
                                       plain_agents,
                                       "C"};

DROVER_EXPORT const drover_library* drover_library_v1(void) {
    return &library;
}
