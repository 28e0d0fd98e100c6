/* Works, but opens a file in a constructor, which all copies of the process would share. */
#include <fcntl.h>

#include "plain_entry.h"

__attribute__((constructor)) static void open_file(void) {
    (void)open("/dev/null", O_RDONLY | O_CLOEXEC);
}
