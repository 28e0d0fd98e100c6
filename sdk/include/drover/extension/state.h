/* drover.state/1, offered by a plugin: what survives a restart of the agent. Frozen. */
#ifndef DROVER_EXTENSION_STATE_H
#define DROVER_EXTENSION_STATE_H

#include <drover/value.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DROVER_EXTENSION_STATE "drover.state/1"

typedef struct drover_state_v1 {
    /* Writes the whole state; equal states give equal bytes. Called after a callback in which
     * drover_host.state_dirty was called, before what it published leaves. [agent] */
    drover_status (*save)(void* agent, const drover_writer* writer);
    /* Reads what an earlier life saved, between configure and start. `version` is the
     * state_version of the description that saved it. A failure keeps the agent from starting.
     * [agent] */
    drover_status (*load)(void* agent, const drover_reader* reader, uint32_t version);
} drover_state_v1;

#ifdef __cplusplus
}
#endif
#endif
