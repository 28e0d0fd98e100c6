/* Crashes in a constructor, before anybody has asked for anything. */
#include <signal.h>

#include "plain_entry.h"

__attribute__((constructor)) static void crash(void) {
    (void)raise(SIGSEGV);
}
