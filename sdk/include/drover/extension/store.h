/* drover.store/1, lent by the host to every agent: what survives a restart, key by key, for agents
 * whose state is too large to be saved whole. Frozen. */
#ifndef DROVER_EXTENSION_STORE_H
#define DROVER_EXTENSION_STORE_H

#include <drover/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DROVER_EXTENSION_STORE "drover.store/1"

/* What a callback puts and erases is committed in one transaction with the agent's state and with
 * what the callback was given and has published, before any of that leaves: after a kill all of it
 * is there, or nothing. Reading sees what was put before, also in the same callback. Open from
 * configure until stop returns (STATE). Keys have 1 to 1024 bytes (INVALID), values 0 to 4 MiB
 * (TOO_BIG); both are any bytes and are copied. IO: the agent's file cannot be read. */
typedef struct drover_store_v1 {
    /* Sets or replaces the value of a key. [agent] */
    drover_status (*put)(const drover_host* host, drover_bytes key, drover_bytes value);
    /* Gives the value to `writer` in one piece. NOT_FOUND: there is none. [agent] */
    drover_status (*get)(const drover_host* host, drover_bytes key, const drover_writer* writer);
    /* Removes a key; OK also where there is none. [agent] */
    drover_status (*erase)(const drover_host* host, drover_bytes key);
} drover_store_v1;

#ifdef __cplusplus
}
#endif
#endif
