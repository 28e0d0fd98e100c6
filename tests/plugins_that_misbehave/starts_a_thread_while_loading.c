/* Works, but starts a thread in a constructor, which a copy of the process would not have. */
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

#include "plain_library.h"

static void* sleep_on(void* unused) {
    for (;;) {
        (void)sleep(3600);
    }
    return unused;
}

__attribute__((constructor)) static void start_thread(void) {
    pthread_t thread;
    (void)pthread_create(&thread, NULL, sleep_on, NULL);
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
