/* Has the entry symbol and nothing behind it. */
#include <drover/drover.h>

DROVER_EXPORT const drover_library* drover_library_v1(void) {
    return NULL;
}
