/* What a plugin library says of itself before any of its code runs. */
#ifndef DROVER_DESCRIPTION_H
#define DROVER_DESCRIPTION_H

#include <stdint.h>

#include <drover/abi_hash.h>
#include <drover/message_type.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DROVER_ABI_MAJOR 0u
#define DROVER_ABI_MINOR 1u

/* Makes the entry function visible when everything else is hidden. */
#define DROVER_EXPORT __attribute__((visibility("default")))

struct drover_agent_functions;

enum {
    DROVER_PORT_IN = 1,             /* The agent consumes the topic. */
    DROVER_PORT_OUT = 2,            /* The agent publishes on the topic. */
    DROVER_PORT_REQUEST_SERVER = 4, /* The agent answers requests. */
    DROVER_PORT_REQUEST_CLIENT = 8, /* The agent sends requests. */
    DROVER_PORT_ON_DEMAND = 16      /* IN: subscribed only by drover_host.subscribe. */
};

/* One declared edge of an agent. The ports are the default grant: an agent may publish only on
 * topics that one of its OUT ports matches, and receives only what its IN ports match. */
typedef struct drover_port {
    uint32_t size;  /* sizeof(drover_port) where the plugin was built. */
    uint32_t flags; /* DROVER_PORT_... */
    const char* name; /* Of one message port, and of one request port, of the agent. */
    const char* topic; /* A topic pattern: "market.bar.>"; `*` is one token, `>` the rest. */
    const drover_message_type* type;       /* What messages hold; the request for request ports. */
    const drover_message_type* reply_type; /* Request ports only. */
    const char* description;
} drover_port;

enum {
    /* The same inputs give the same outputs, byte for byte: no clock, randomness, thread, file or
     * environment is read but through the host. */
    DROVER_AGENT_DETERMINISTIC = 1,
    /* The agent starts threads of its own. */
    DROVER_AGENT_THREADS = 2,
    /* The agent faces the outside world. It is left out of simulations unless told otherwise. */
    DROVER_AGENT_NETWORK = 4,
    /* The agent receives durable topics without having state worth keeping. */
    DROVER_AGENT_STATELESS = 8,
    /* The agent asks for `drover.control/1` or `drover.simulation/1`, and is left out of
     * simulations for that reason. */
    DROVER_AGENT_ORCHESTRATES = 16,
    /* What the agent must not forget survives a restart: it offers drover.state/1, or keeps all of
     * it in drover.store/1. */
    DROVER_AGENT_KEEPS_STATE = 32
};

/* One agent that the library can make. Everything in it is constant and NUL-terminated. */
typedef struct drover_agent_description {
    uint32_t size;  /* sizeof(drover_agent_description) where the plugin was built. */
    uint32_t flags; /* DROVER_AGENT_... */
    const char* name;    /* "broker": chosen by `agent:` in agents.yaml. Lower case, a-z 0-9 _ -. */
    const char* version; /* "1.2.0" */
    const char* vendor;
    const char* description;
    const char* config_schema;  /* A JSON Schema as text; NULL accepts only {}. */
    const char* config_example; /* JSON text that the schema accepts; NULL is {}. */
    uint32_t state_version;     /* Handed to drover_state_v1.load beside what was saved. */
    uint32_t port_count;
    const drover_port* const* ports;
    const struct drover_agent_functions* functions;
} drover_agent_description;

/* The library. Reading it runs no code of the plugin. It is valid as long as the library is
 * loaded. */
typedef struct drover_library {
    uint32_t size; /* sizeof(drover_library) where the plugin was built. */
    uint32_t abi_major;
    uint32_t abi_minor;
    uint32_t agent_count;
    uint64_t abi_hash; /* While abi_major is 0 it must equal the host's; see DROVER_ABI_HASH. */
    const drover_agent_description* const* agents;
    const char* build; /* Compiler and SDK, for bug reports. */
} drover_library;

/* THE ONLY exported symbol of a plugin. Its name carries the major version of the ABI. It returns
 * the same constant each time and does nothing else. [any thread, any number of times] */
DROVER_EXPORT const drover_library* drover_library_v1(void);

#ifdef __cplusplus
}
#endif
#endif
