/* Crashes in a constructor, before anybody has asked for anything. */
#include <signal.h>

#include "plain_library.h"

__attribute__((constructor)) static void crash(void) {
    (void)raise(SIGSEGV);
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
