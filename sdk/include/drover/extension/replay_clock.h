/* drover.replay_clock/1, lent by the host to the agent named in `clock: {replay: NAME}`, live and
 * in simulation: the right to move the time of the whole fleet. Frozen. */
#ifndef DROVER_EXTENSION_REPLAY_CLOCK_H
#define DROVER_EXTENSION_REPLAY_CLOCK_H

#include <drover/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DROVER_EXTENSION_REPLAY_CLOCK "drover.replay_clock/1"

typedef struct drover_replay_clock_v1 {
    /* Asks to move on. Once the current instant is settled (nothing queued, nothing being handled,
     * no timer due), timers due before `time` have fired and `delay` ns of wall time have passed
     * since the last advance (0 in a simulation), the fleet's time becomes `time` and this agent
     * gets on_post(token). One advance may be open (STATE). INVALID: time before now(). [agent] */
    drover_status (*advance)(const drover_host* host, int64_t time, int64_t delay,
                             uint64_t token);
    /* The latest instant that is settled, or INT64_MIN where none is: where a restarted agent goes
     * on. [agent] */
    int64_t (*last_settled)(const drover_host* host);
} drover_replay_clock_v1;

#ifdef __cplusplus
}
#endif
#endif
