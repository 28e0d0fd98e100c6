/* What a host calls in an agent. */
#ifndef DROVER_AGENT_H
#define DROVER_AGENT_H

#include <stdint.h>

#include <drover/description.h>
#include <drover/host.h>
#include <drover/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Why an agent is stopped. */
enum {
    DROVER_STOP_REQUESTED = 1, /* By a person or a dependency. */
    DROVER_STOP_SHUTDOWN = 2,  /* The whole fleet ends. */
    DROVER_STOP_COMPLETED = 3, /* The agent asked for it. */
    DROVER_STOP_FAILED = 4     /* Something else in the agent failed. */
};

/* The functions of an agent. The order is create, configure, (state load), start, …, stop,
 * destroy. All are called on the agent thread: they never overlap, and one happens before the
 * next. Only create, destroy and start are required; NULL elsewhere means "not interested".
 * No exception may leave a function. A void function reports trouble by drover_host.health or
 * drover_host.request_stop.
 *
 * Grows only at its end; `size` tells the host how far it may read. */
typedef struct drover_agent_functions {
    uint32_t size;
    uint32_t reserved; /* 0 */

    /* Makes an instance in *agent. Only log, fail and get_extension may be called. After a failure
     * destroy is not called. */
    drover_status (*create)(const drover_agent_description* description, const drover_host* host,
                            void** agent);
    /* Ends an instance. Legal after create, after a failed configure or start, and after stop. */
    void (*destroy)(void* agent);
    /* Takes the configuration whole, or fails with a reason and changes nothing. No publishing and
     * no threads yet. */
    drover_status (*configure)(void* agent, const drover_config* config);
    /* Begins the work. OK: ready; PENDING: drover_host.ready follows. May publish, set timers and
     * start threads. Afterwards messages arrive. */
    drover_status (*start)(void* agent);
    /* Ends the work: cancels, joins its threads. Once it has returned, no thread of the plugin
     * calls the host. The process is killed after `deadline`, in ns since the epoch: in the agent's
     * time, or, where that is not the machine's (a replay, a simulation), in wall time. */
    drover_status (*stop)(void* agent, int32_t reason, int64_t deadline);

    void (*on_message)(void* agent, const drover_message* message);
    /* `due` is the time it was set for, moved by as much as the machine's clock was set ahead since
     * (drover_host.timer_set); `missed` counts periods that passed unserved. */
    void (*on_timer)(void* agent, uint64_t id, int64_t due, uint32_t missed);
    void (*on_post)(void* agent, uint64_t token);
    /* The router refused message `sequence` of this incarnation on `topic`, after publish had
     * accepted it. */
    void (*on_refused)(void* agent, drover_string topic, uint64_t sequence, drover_status status,
                       drover_string reason);
    /* A request by one of the REQUEST_SERVER ports, to be answered exactly once by
     * drover_host.reply, now or later. What is published here has no cause. An agent without this
     * function answers UNSUPPORTED. */
    void (*on_request)(void* agent, const drover_request* request);
    /* Exactly once for each request that drover_host.request accepted, until stop. */
    void (*on_reply)(void* agent, const drover_reply* reply);

    /* Returns the plugin's table for an extension ("drover.state/1"), or NULL. The table lives as
     * long as the library. Called between create and configure. */
    const void* (*get_extension)(void* agent, const char* id);
} drover_agent_functions;

#ifdef __cplusplus
}
#endif
#endif
