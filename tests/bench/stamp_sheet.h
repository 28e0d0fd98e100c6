/* A mapped file into which the processes of one measurement write times, and from which the
 * measuring process reads them without disturbing anybody. C, because the floors are C. */
#ifndef DROVER_BENCH_STAMP_SHEET_H
#define DROVER_BENCH_STAMP_SHEET_H

#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifdef __cplusplus
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
extern "C" {
#endif

enum bench_stamp_kind {
    BENCH_NONE = 0,
    BENCH_NEW_PROCESS = 1, /* The first instruction of ours in a process. */
    BENCH_CREATED = 2,     /* The plugin's `create`. */
    BENCH_STARTED = 3,     /* The plugin's `start`. */
    BENCH_FIRST_SENT = 4,
    BENCH_LAST_RECEIVED = 5, /* value: records received; more: messages lost. */
    BENCH_ROUND_TRIP = 6,    /* value: p50, more: p99, in nanoseconds. */
    BENCH_HUNG = 7,          /* A callback that does not return begins. */
    BENCH_ABORTED = 8,       /* SIGABRT has come. */
    BENCH_LEFT = 9,          /* The process exits by itself. value: the number in its name. */
    BENCH_LAST_SENT = 10,
    BENCH_RECEIVER = 100 /* And more, for receivers by number: see bench_kind_of. */
};

/* What one of several receivers found out, as a kind of its own: BENCH_RECEIVER and up. */
enum bench_finding {
    BENCH_MESSAGES = 0, /* value: received; more: lost. */
    BENCH_LATENCY = 1,  /* From publish to callback, ns. value: p50; more: p99. */
    BENCH_LATENESS = 2, /* From when it was due to the callback, ns. value: p50; more: p99. */
    BENCH_FINDINGS = 3
};
static inline uint32_t bench_kind_of(uint32_t receiver, enum bench_finding finding) {
    return BENCH_RECEIVER + receiver * BENCH_FINDINGS + (uint32_t)finding;
}

struct bench_stamp {
    uint32_t kind; /* Written last: not BENCH_NONE means that all of it is there. */
    uint32_t pid;
    int64_t time; /* CLOCK_MONOTONIC, nanoseconds. */
    int64_t value;
    int64_t more;
};

enum { BENCH_MOST_STAMPS = 8192, BENCH_MOST_MARKS = 16 };

struct bench_sheet {
    uint32_t taken;   /* Places given away. */
    uint32_t written; /* Stamps complete; a futex. */
    struct bench_stamp stamps[BENCH_MOST_STAMPS];
    int64_t marks[BENCH_MOST_MARKS]; /* By receiver: when it last ended a callback. */
};

static inline int64_t bench_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Maps the sheet at `path`; NULL when that cannot be done. The file has its full size already. */
static inline struct bench_sheet* bench_open_sheet(const char* path) {
    const int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) {
        return NULL;
    }
    void* const memory =
        mmap(NULL, sizeof(struct bench_sheet), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    return memory == MAP_FAILED ? NULL : (struct bench_sheet*)memory;
}

/* Writes one stamp with the given time and wakes whoever waits for stamps. */
static inline void bench_stamp_at(
    struct bench_sheet* sheet, uint32_t kind, int64_t time, int64_t value, int64_t more) {
    const uint32_t place = __atomic_fetch_add(&sheet->taken, 1U, __ATOMIC_RELAXED);
    if (place >= BENCH_MOST_STAMPS) {
        return;
    }
    struct bench_stamp* const stamp = &sheet->stamps[place];
    stamp->pid = (uint32_t)getpid();
    stamp->time = time;
    stamp->value = value;
    stamp->more = more;
    __atomic_store_n(&stamp->kind, kind, __ATOMIC_RELEASE);
    __atomic_fetch_add(&sheet->written, 1U, __ATOMIC_RELEASE);
    syscall(SYS_futex, &sheet->written, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static inline void bench_stamp_now(struct bench_sheet* sheet, uint32_t kind) {
    if (sheet != NULL) {
        bench_stamp_at(sheet, kind, bench_now(), 0, 0);
    }
}

#ifdef __cplusplus
}
#pragma GCC diagnostic pop
#endif
#endif
