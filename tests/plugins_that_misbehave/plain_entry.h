/* The entry of a library that is as it should be, for plugins that are at fault elsewhere: it
 * offers the agent of plain_library.h. */
#ifndef DROVER_TESTS_PLAIN_ENTRY_H
#define DROVER_TESTS_PLAIN_ENTRY_H

#include "plain_library.h"

static const drover_library plain_library = {sizeof(drover_library),
                                             DROVER_ABI_MAJOR,
                                             DROVER_ABI_MINOR,
                                             1,
                                             DROVER_ABI_HASH,
                                             plain_agents,
                                             "C"};

DROVER_EXPORT const drover_library* drover_library_v1(void) {
    return &plain_library;
}

#endif
