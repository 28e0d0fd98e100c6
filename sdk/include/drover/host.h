/* What an agent may ask of its host. */
#ifndef DROVER_HOST_H
#define DROVER_HOST_H

#include <stdint.h>

#include <drover/value.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { DROVER_LOG_DEBUG = 1, DROVER_LOG_INFO = 2, DROVER_LOG_WARNING = 3, DROVER_LOG_ERROR = 4 };

enum { DROVER_HEALTH_HEALTHY = 1, DROVER_HEALTH_DEGRADED = 2, DROVER_HEALTH_UNHEALTHY = 3 };

/* event_time of drover_host.publish: the event time of the message being handled, or now() where
 * none is. */
#define DROVER_EVENT_TIME_INHERIT INT64_MIN

/* The host's table for one agent instance. It is valid from create until destroy returns.
 *
 * Thread tags: [agent] inside a callback of this instance; callbacks never overlap, the OS thread
 * may change between them. [any] any thread, from start until stop returns; after that every call
 * answers DROVER_E_STATE and does nothing. No call blocks, and none enters a callback.
 * The agent may keep the pointer; `size` bounds what may be read (see DROVER_HOST_HAS). */
typedef struct drover_host drover_host;
struct drover_host {
    uint32_t size;
    uint32_t abi_minor;
    void* implementation; /* The host's own. */
    const char* version;  /* "drover 0.1.0" */

    /* Returns the table of an extension ("drover.replay_clock/1"), or NULL where the host does
     * not lend it to this agent. The table lives as long as the host table. [agent] */
    const void* (*get_extension)(const drover_host* host, const char* id);

    /* Writes one line to the agent's log. [any] */
    void (*log)(const drover_host* host, int32_t level, drover_string text);

    /* States the reason for the failure that the running callback is about to return: a short
     * stable code ("config.range") and a sentence for a person. [agent] */
    void (*fail)(const drover_host* host, const char* code, drover_string text);

    /* The sentence for the last failure a host call on this thread answered. Borrowed until the
     * next call on this thread. [any] */
    drover_string (*last_error)(const drover_host* host);

    /* Reports the agent's health, with a stable code and a sentence. HEALTHY may carry a sentence
     * too ("history ended 2020-04-17"). [any] */
    void (*health)(const drover_host* host, int32_t level, const char* code, drover_string text);

    /* The agent's time, nanoseconds since the epoch. Constant inside one callback, never goes
     * back. Under a replay clock the latest time delivered to the agent. [any] */
    int64_t (*now)(const drover_host* host);

    /* Asks for more time for the running callback: it counts as hung only when it still runs
     * `nanoseconds` of wall time from now. [agent] */
    void (*extend)(const drover_host* host, int64_t nanoseconds);

    /* Calls on_timer(id) at `due`, then every `period` if that is above 0. Setting an id again
     * moves it. A due time in the past fires at once, after the running callback. Where the
     * machine's clock is set ahead by half a second or more, now() follows and `due` is moved by as
     * much: no timer fires early, but one that was meant for a time of day fires late by that.
     * INVALID: period below 0. [agent] */
    drover_status (*timer_set)(const drover_host* host, uint64_t id, int64_t due, int64_t period);
    /* NOT_FOUND where no such timer runs. [agent] */
    drover_status (*timer_cancel)(const drover_host* host, uint64_t id);

    /* The next number of this agent's own generator (xoshiro256**, seeded from drover_config.seed),
     * equal on every machine. [agent] */
    uint64_t (*random)(const drover_host* host);

    /* Subscribes an ON_DEMAND IN port to `pattern`, which the port's own pattern must cover, or
     * to the port's own pattern if it is empty. Only during configure and start (STATE otherwise);
     * NOT_FOUND: no such port; DENIED: not covered. [agent] */
    drover_status (*subscribe)(const drover_host* host, uint32_t port, drover_string pattern);

    /* Gives a handle for a topic of an OUT port, valid until destroy. `name` must be a plain topic
     * (no wildcard) that the port's pattern matches. DENIED: no port or rule allows it; the reason
     * stands in last_error. [agent] */
    drover_status (*topic)(const drover_host* host, uint32_t port, drover_string name,
                           uint32_t* topic);

    /* Publishes `count` records (JSON: count 1) of `bytes` bytes in all. Never blocks; the data is
     * copied. Consecutive publications of one callback on one topic with one event time form one
     * message of at most 64 records and share its sequence, which goes to *sequence (may be NULL).
     * DENIED, GATED: the sentence is in last_error, nothing was sent. What only the router can
     * refuse arrives later as on_refused. TYPE: bytes is not count times the record size.
     * TOO_BIG: above 4 MiB. THREAD: from a foreign thread in a simulation. [any] */
    drover_status (*publish)(const drover_host* host, uint32_t topic, int64_t event_time,
                             const void* data, uint32_t count, uint64_t bytes,
                             uint64_t* sequence);

    /* Lends room for `count` records of `topic`, 8-byte aligned and zeroed, to be filled and given
     * back with commit inside the same callback. One loan at a time (STATE). [agent] */
    drover_status (*loan)(const drover_host* host, uint32_t topic, uint32_t count, void** data);
    /* Publishes the first `count` records of the loan; 0 gives it back unused. Answers as publish
     * does. [agent] */
    drover_status (*commit)(const drover_host* host, int64_t event_time, uint32_t count,
                            uint64_t* sequence);

    /* Sends a request by a REQUEST_CLIENT port to the agent named `target`, or to the one server of
     * the port's topic if it is empty. on_reply(token) follows exactly once, TIMEOUT and LOST
     * included, unless this answers a failure. `timeout` in ns of the agent's time, above 0
     * (INVALID). The body is JSON text or whole records (TYPE) of the port's type, and copied. It
     * leaves when the callback's state is committed, behind what the callback published. Allowed
     * from start on; what is open at stop is not answered any more. NOT_FOUND: no such client port.
     * TOO_BIG: above 4 MiB. STATE: 256 requests are open already. UNSUPPORTED: this host routes no
     * requests. What only the router can tell (no such agent, no server, several, other types)
     * arrives as the reply's status. [agent] */
    drover_status (*request)(const drover_host* host, uint32_t port, drover_string target,
                             drover_bytes body, int64_t timeout, uint64_t token);
    /* Answers a request, exactly once, in on_request or later. `body` is JSON text or whole records
     * of the port's reply type (TYPE); `error`, a sentence, is read only with a negative status, and
     * `body` only without one. STATE: it was answered before, or its deadline passed long ago.
     * NOT_FOUND: there was no such request. TOO_BIG: above 4 MiB. An answer that comes after the
     * deadline, or whose asker is gone, is dropped on its way. THREAD: from a foreign thread in a
     * simulation. [any] */
    drover_status (*reply)(const drover_host* host, uint64_t request, drover_status status,
                           drover_bytes body, drover_string error);

    /* Brings work back to the agent thread: on_post(token) follows. [any] */
    drover_status (*post)(const drover_host* host, uint64_t token);

    /* Completes a start that answered PENDING: OK, or a failure whose reason was given by `fail`
     * (here callable from any thread). [any] */
    void (*ready)(const drover_host* host, drover_status status);

    /* The state that drover_state_v1.save writes has changed in this callback. It is committed
     * before what the callback published leaves the process. [agent] */
    void (*state_dirty)(const drover_host* host);

    /* The agent has finished (status OK) or cannot go on (negative). The host stops it after the
     * running callback; OK leaves it `completed`, a failure counts as one. [any] */
    void (*request_stop)(const drover_host* host, drover_status status, const char* code,
                         drover_string text);
};

/* Whether the host at hand is new enough to have `member`. */
#define DROVER_HOST_HAS(host, member)                                                             \
    ((size_t)(host)->size >= offsetof(drover_host, member) + sizeof((host)->member) &&            \
     (host)->member != NULL)

#ifdef __cplusplus
}
#endif
#endif
