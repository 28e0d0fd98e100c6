/* drover.control/1, lent by the host to an agent that has it among its `grants` in agents.yaml:
 * the right to engage the kill switch. Nothing lends the right to release it: a person does that.
 * In a simulation it engages the simulation's own switch. Frozen. */
#ifndef DROVER_EXTENSION_CONTROL_H
#define DROVER_EXTENSION_CONTROL_H

#include <drover/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DROVER_EXTENSION_CONTROL "drover.control/1"

typedef struct drover_control_v1 {
    /* Engages the kill switch; the agent's name and `reason`, a sentence, are kept with it. It
     * works at once for the whole fleet, and this returns when it is on disk too. OK also when it
     * was engaged before: then its first reason stays. INVALID: no reason was given. IO: the switch
     * cannot be written, and stands as it stood. [agent] */
    drover_status (*engage)(const drover_host* host, drover_string reason);
} drover_control_v1;

#ifdef __cplusplus
}
#endif
#endif
