/* drover.simulation/1, lent by the host to an agent whose description has DROVER_AGENT_ORCHESTRATES
 * unless `grants` in agents.yaml denies it: the right to run simulations of a fleet's file in child
 * processes, beside the running fleet. A simulation does not lend it. Frozen. */
#ifndef DROVER_EXTENSION_SIMULATION_H
#define DROVER_EXTENSION_SIMULATION_H

#include <drover/host.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DROVER_EXTENSION_SIMULATION "drover.simulation/1"

/* Simulations of one agent that may be open at once. */
enum { DROVER_SIMULATION_MOST = 16 };

/* A simulation is known by the token that its agent chose. It ends with the agent: its processes
 * are killed when stop has returned, and when the agent's process dies. A simulation that dies
 * leaves the agent as it was. */
typedef struct drover_simulation_v1 {
    /* Starts a simulation and returns at once. `request` is one JSON object; all keys are optional:
     *   "file"        an agents.yaml; without it the fleet's own file, as it is now
     *   "from", "to"  the first and the last date or time, for the agent that moves the time
     *   "set"         ["AGENT.KEY=VALUE", …], as `drover backtest --set` takes them
     * Paths are relative to the folder of the fleet's own file. on_post(token) follows each time
     * there is something new to read: progress, at most five times a second, and the outcome.
     * What is wrong with the file or a value shows in the outcome, not here.
     * INVALID: the request has another form. STATE: the token's simulation is open, or
     * DROVER_SIMULATION_MOST are. IO: no process can be started. [agent] */
    drover_status (*start)(const drover_host* host, drover_bytes request, uint64_t token);

    /* Writes the newest of a simulation as one JSON object, and says how it stands.
     * PENDING: it runs. Written is its progress, or nothing while there is none: {"instants",
     * "deliveries", "events" (counts so far), "time" (of the simulated fleet, ISO 8601), "share"
     * (0 to 1 of the range of time, null where its end is not known), "seconds" (of wall time)}.
     * OK: it has ended. Written is the document of `drover backtest -o json`.
     * A failure: it has ended without a result. Nothing is written, the sentence is in last_error.
     * INVALID: the file, a value or an agent that takes part is at fault. LOST: its process was
     * killed. TOO_BIG: the document is above 4 MiB.
     * After OK and after a failure the token is free. NOT_FOUND: no simulation has it. [agent] */
    drover_status (*read)(const drover_host* host, uint64_t token, const drover_writer* writer);

    /* Kills a simulation; the token is free. An on_post that was on its way may still follow.
     * NOT_FOUND: no simulation has the token. [agent] */
    drover_status (*cancel)(const drover_host* host, uint64_t token);
} drover_simulation_v1;

#ifdef __cplusplus
}
#endif
#endif
