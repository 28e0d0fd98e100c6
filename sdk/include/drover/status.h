/* What a call across the plugin boundary answers: a status number, never an exception. */
#ifndef DROVER_STATUS_H
#define DROVER_STATUS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Zero is success, a positive value is success with a meaning, a negative value is a failure.
 * Values are never reused. Whoever returns a failure first gives the reason: a plugin by
 * drover_host.fail, the host through drover_host.last_error. */
typedef int32_t drover_status;

enum {
    DROVER_OK = 0,
    DROVER_PENDING = 1,        /* start: not ready yet, drover_host.ready will be called. */
    DROVER_E_INVALID = -1,     /* An argument is wrong. */
    DROVER_E_STATE = -2,       /* Not allowed at this point of the agent's life. */
    DROVER_E_UNSUPPORTED = -3, /* This host does not offer it. */
    DROVER_E_NOT_FOUND = -4,   /* No such port, topic, timer or agent. */
    DROVER_E_CONFIG = -5,      /* The agent's config is wrong. */
    DROVER_E_TOO_BIG = -6,     /* Larger than a message may be (4 MiB). */
    DROVER_E_TIMEOUT = -7,     /* The deadline passed. */
    DROVER_E_LOST = -8,        /* The other side went away before it answered. */
    DROVER_E_THREAD = -9,      /* Called from a thread that may not call it. */
    DROVER_E_NO_MEMORY = -10,
    DROVER_E_IO = -11,         /* A file or device failed. */
    DROVER_E_INTERNAL = -12,   /* A fault of the side that answers. */
    DROVER_E_TYPE = -13,       /* The data does not fit the message type. */
    DROVER_E_DENIED = -14,     /* No port, grant or rule allows it. */
    DROVER_E_GATED = -15,      /* The kill switch is engaged and the topic is gated. */
    DROVER_E_QUOTA = -16       /* The agent has used up what it may publish; later it may again. */
};

#ifdef __cplusplus
}
#endif
#endif
