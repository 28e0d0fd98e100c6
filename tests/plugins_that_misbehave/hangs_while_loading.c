/* Hangs in a constructor. */
#include <unistd.h>

#include "plain_entry.h"

__attribute__((constructor)) static void hang(void) {
    for (;;) {
        (void)sleep(3600);
    }
}
