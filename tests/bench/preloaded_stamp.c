/* Stamps the first moment of a drover-agent process. Preloaded, so that floor and fleet run the
 * same unchanged binary; it acts as soon as the loader has done its work, before main. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/stamp_sheet.h"

__attribute__((constructor)) static void stamp_new_process(void) {
    const int64_t now = bench_now();
    const char* const path = getenv("DROVER_BENCH_SHEET");
    if (path == NULL || strcmp(program_invocation_short_name, "drover-agent") != 0) {
        return;
    }
    struct bench_sheet* const sheet = bench_open_sheet(path);
    if (sheet != NULL) {
        bench_stamp_at(sheet, BENCH_NEW_PROCESS, now, 0, 0);
        munmap(sheet, sizeof *sheet);
    }
}
