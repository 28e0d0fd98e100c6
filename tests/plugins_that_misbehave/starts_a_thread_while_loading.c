/* Works, but starts a thread in a constructor, which a copy of the process would not have. */
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

#include "plain_entry.h"

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
