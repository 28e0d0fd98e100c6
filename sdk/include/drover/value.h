/* Text, bytes and streams as they cross the plugin boundary. These four structs are frozen. */
#ifndef DROVER_VALUE_H
#define DROVER_VALUE_H

#include <stddef.h>
#include <stdint.h>

#include <drover/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* UTF-8 text of `size` bytes, NOT NUL-terminated. Borrowed: it lives until the call it came with
 * returns, unless the function that hands it out says otherwise. `data` may be NULL if size is 0. */
typedef struct drover_string {
    const char* data;
    size_t size;
} drover_string;

/* `size` bytes, borrowed like drover_string. */
typedef struct drover_bytes {
    const void* data;
    size_t size;
} drover_bytes;

/* Takes bytes from the side that was called. `write` takes all `size` bytes or fails. */
typedef struct drover_writer {
    void* context;
    drover_status (*write)(void* context, const void* data, size_t size);
} drover_writer;

/* Gives bytes to the side that was called. `read` returns how many bytes (1 to `size`) it stored,
 * 0 at the end, a negative drover_status on failure. It may store fewer bytes than asked for. */
typedef struct drover_reader {
    void* context;
    int64_t (*read)(void* context, void* data, size_t size);
} drover_reader;

/* Names one message among all: who published it, in which life, and its place in that life's row.
 * All zero means "no message". */
typedef struct drover_message_id {
    uint32_t publisher;   /* Handle of the publishing agent, given by the supervisor; 0 = none. */
    uint32_t incarnation; /* Which life of that agent; grows by one at each start. */
    uint64_t sequence;    /* 1 for the first message of that life, no gaps. */
} drover_message_id;

#ifdef __cplusplus
}
#endif
#endif
