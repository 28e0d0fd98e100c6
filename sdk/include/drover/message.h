/* What the host hands to an agent: messages, requests, replies, configuration. */
#ifndef DROVER_MESSAGE_H
#define DROVER_MESSAGE_H

#include <stdint.h>

#include <drover/value.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    DROVER_MESSAGE_GAP = 1 /* Messages of this publisher and topic were lost before this one. */
};

/* One message: `count` records of one topic, or one JSON value. Everything it points to is
 * borrowed and lives until the callback returns. */
typedef struct drover_message {
    uint32_t size;  /* sizeof(drover_message) of the host. */
    uint32_t port;  /* Index of the IN port that matched; the first one in the ports' order. */
    uint32_t flags; /* DROVER_MESSAGE_... */
    uint32_t count; /* Records; 1 for JSON. */
    uint32_t stride; /* Bytes from one record to the next, at least the type's record_size. */
    uint32_t lost;   /* With GAP: how many messages are missing. */
    const void* data; /* Aligned to 8. JSON: UTF-8 text, not NUL-terminated. */
    uint64_t bytes;   /* Size of data. */
    drover_string topic;
    drover_string publisher; /* Name of the publishing agent. */
    drover_message_id id;
    drover_message_id cause;  /* The message that was being handled when this one was published. */
    uint64_t topic_sequence;  /* 1, 2, … per publisher, incarnation and topic. */
    int64_t event_time;       /* When it happened; ns since the epoch. Trading decides by this. */
    int64_t publish_time;     /* The publisher's clock at publication; takes part in no decision. */
} drover_message;

/* A request that the agent must answer exactly once with drover_host.reply. */
typedef struct drover_request {
    uint32_t size;
    uint32_t port; /* Index of the REQUEST_SERVER port. */
    uint64_t id;   /* For drover_host.reply; never 0, never used again in this life. */
    /* When the sender stops waiting: ns since the epoch, in this agent's time. Where the machine's
     * clock is set ahead later, the sender waits until as much later. */
    int64_t deadline;
    drover_string sender; /* Name of the asking agent; "drover" for a person. */
    drover_bytes body;    /* JSON text, or whole records of the port's type, aligned to 8. */
} drover_request;

/* The one answer to a request: status OK with a body, or a failure with a sentence. */
typedef struct drover_reply {
    uint32_t size;
    drover_status status;
    uint64_t token; /* As given to drover_host.request. */
    drover_bytes body;   /* JSON text, or whole records of the port's reply type, aligned to 8. */
    drover_string error; /* A sentence; empty with a status that is not negative. */
} drover_reply;

/* Which kind of host this is. For logging; an agent must not behave differently by it. */
enum { DROVER_MODE_LIVE = 1, DROVER_MODE_REPLAY = 2, DROVER_MODE_SIMULATION = 3 };

typedef struct drover_config {
    uint32_t size;
    uint32_t mode; /* DROVER_MODE_... */
    drover_string name;  /* The agent's name in agents.yaml. */
    drover_string fleet; /* `name:` of agents.yaml. */
    drover_string json;  /* The agent's `config`, valid by its schema, paths made absolute. */
    uint64_t seed;       /* Of drover_host.random; depends on the fleet and agent names only. */
    int64_t start_time;  /* What now() reads at the start. 0 under a replay clock that never ran. */
} drover_config;

#ifdef __cplusplus
}
#endif
#endif
