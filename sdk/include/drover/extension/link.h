/* drover.link/1, offered by a plugin that must act when it is cut off from the fleet: the host tells
 * it that the router, or an agent that publishes what its ports take, is gone and is back. Never
 * called under a replay clock nor in a simulation, whose outcome does not depend on what is killed.
 * Frozen. */
#ifndef DROVER_EXTENSION_LINK_H
#define DROVER_EXTENSION_LINK_H

#include <stdint.h>

#include <drover/value.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DROVER_EXTENSION_LINK "drover.link/1"

/* The port of the router, over which all messages come and go. */
#define DROVER_LINK_ROUTER UINT32_MAX

typedef struct drover_link_v1 {
    /* An enabled agent that may publish what `port`, an IN port, takes does not run any more, or
     * did not run when this agent became ready; once for each such port and agent. Or the router,
     * `port` DROVER_LINK_ROUTER and `publisher` empty: what is published waits meanwhile, as the
     * topic's delivery class says. `reason` is a sentence. What is back before the host could tell
     * stays untold, so whoever can bear a short absence sets a timer. [agent] */
    void (*on_link_lost)(void* agent, uint32_t port, drover_string publisher,
                         drover_string reason);
    /* It runs again, or has left the fleet's file and is not missed any more, or this agent has
     * rejoined the router; once after each on_link_lost of this life. [agent] */
    void (*on_link_restored)(void* agent, uint32_t port, drover_string publisher);
} drover_link_v1;

#ifdef __cplusplus
}
#endif
#endif
