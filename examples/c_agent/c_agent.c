/* An agent in plain C11: counts bars and publishes how many it has seen. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <drover/drover.h>
#include <drover/trading/market.h>

enum { PORT_BARS, PORT_COUNT };

static const drover_message_type count_type =
    DROVER_JSON_TYPE("example.bar_count", 1, NULL, "How many bars were seen");

static const drover_port bars_port = {
    sizeof(drover_port), DROVER_PORT_IN, "bars", "market.bar.>", &drover_bar_type, NULL, "Bars"};
static const drover_port count_port = {
    sizeof(drover_port), DROVER_PORT_OUT, "count", "count.bars", &count_type, NULL, "The count"};
static const drover_port* const ports[] = {&bars_port, &count_port};

/* The instance. The host calls it on one thread at a time. */
typedef struct counter {
    const drover_host* host;
    uint32_t topic;
    uint64_t bars;
} counter;

static drover_status create(const drover_agent_description* description,
                            const drover_host* host,
                            void** agent) {
    counter* self = calloc(1, sizeof *self);
    (void)description;
    if (self == NULL) {
        return DROVER_E_NO_MEMORY;
    }
    self->host = host;
    *agent = self;
    return DROVER_OK;
}

static void destroy(void* agent) {
    free(agent);
}

static drover_status start(void* agent) {
    counter* self = agent;
    const drover_string name = {"count.bars", strlen("count.bars")};
    const drover_status status = self->host->topic(self->host, PORT_COUNT, name, &self->topic);
    if (status < 0) {
        self->host->fail(self->host, "topic", self->host->last_error(self->host));
    }
    return status;
}

static void on_message(void* agent, const drover_message* message) {
    counter* self = agent;
    char json[64];
    self->bars += message->count;
    self->host->state_dirty(self->host);
    const int size = snprintf(json, sizeof json, "{\"bars\":%" PRIu64 "}", self->bars);
    self->host->publish(
        self->host, self->topic, DROVER_EVENT_TIME_INHERIT, json, 1, (uint64_t)size, NULL);
}

static drover_status save(void* agent, const drover_writer* writer) {
    const counter* self = agent;
    return writer->write(writer->context, &self->bars, sizeof self->bars);
}

static drover_status load(void* agent, const drover_reader* reader, uint32_t version) {
    counter* self = agent;
    unsigned char bytes[sizeof self->bars];
    size_t have = 0;
    (void)version;
    while (have < sizeof bytes) {
        const int64_t got = reader->read(reader->context, bytes + have, sizeof bytes - have);
        if (got <= 0) {
            const drover_string text = {"The saved count is cut off.", 27};
            self->host->fail(self->host, "state.short", text);
            return got < 0 ? (drover_status)got : DROVER_E_INVALID;
        }
        have += (size_t)got;
    }
    memcpy(&self->bars, bytes, sizeof bytes);
    return DROVER_OK;
}

static const void* get_extension(void* agent, const char* id) {
    static const drover_state_v1 state = {save, load};
    (void)agent;
    return strcmp(id, DROVER_EXTENSION_STATE) == 0 ? &state : NULL;
}

static const drover_agent_functions functions = {.size = sizeof(drover_agent_functions),
                                                 .create = create,
                                                 .destroy = destroy,
                                                 .start = start,
                                                 .on_message = on_message,
                                                 .get_extension = get_extension};

static const drover_agent_description bar_counter = {.size = sizeof(drover_agent_description),
                                                     .flags = DROVER_AGENT_DETERMINISTIC |
                                                              DROVER_AGENT_KEEPS_STATE,
                                                     .name = "bar_counter",
                                                     .version = "1.0.0",
                                                     .vendor = "example",
                                                     .description = "Counts bars",
                                                     .state_version = 1,
                                                     .port_count = 2,
                                                     .ports = ports,
                                                     .functions = &functions};

static const drover_agent_description* const agents[] = {&bar_counter};

const drover_library* drover_library_v1(void) {
    static const drover_library library = {sizeof(drover_library),
                                           DROVER_ABI_MAJOR,
                                           DROVER_ABI_MINOR,
                                           1,
                                           DROVER_ABI_HASH,
                                           agents,
                                           "C " __VERSION__};
    return &library;
}
