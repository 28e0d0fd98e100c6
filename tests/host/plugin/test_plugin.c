/* A plugin for tests, compiled once for each variant: TEST_VARIANT_... says what is wrong with it.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <drover/drover.h>

#if defined(TEST_VARIANT_NO_ENTRY)
int not_a_plugin(void);
int not_a_plugin(void) {
    return 1;
}
#elif defined(TEST_VARIANT_NEWER_ABI)
DROVER_EXPORT const void* drover_library_v2(void);
const void* drover_library_v2(void) {
    return NULL;
}
#else

typedef struct test_record {
    int64_t time;
    int32_t count;
    uint32_t side;
#if defined(TEST_VARIANT_OTHER_LAYOUT)
    int64_t more;
#endif
} test_record;

static const drover_enumerator sides[] = {{1, "buy"}, {2, "sell"}};
static const drover_field record_fields[] = {
    DROVER_FIELD(test_record, time, DROVER_KIND_TIME, 0, "ns", "When."),
    DROVER_FIELD(test_record, count, DROVER_KIND_I32, 0, NULL, "How many."),
    DROVER_FIELD_ENUM(test_record, side, DROVER_KIND_U32, sides, "Which side."),
#if defined(TEST_VARIANT_OTHER_LAYOUT)
    DROVER_FIELD(test_record, more, DROVER_KIND_I64, 0, NULL, "More."),
#endif
};

#if defined(TEST_VARIANT_BAD_LAYOUT)
static const drover_field broken_fields[] = {
    DROVER_FIELD(test_record, time, DROVER_KIND_TIME, 0, NULL, NULL),
};
#define TEST_FIELDS broken_fields
#else
#define TEST_FIELDS record_fields
#endif

/* What a later SDK might have: the same field with more members behind it. */
typedef struct longer_field {
    drover_field field;
    uint64_t news[2];
} longer_field;
static const longer_field longer_fields[] = {
    {DROVER_FIELD(test_record, time, DROVER_KIND_TIME, 0, "ns", "When."), {1, 2}},
    {DROVER_FIELD(test_record, count, DROVER_KIND_I32, 0, NULL, "How many."), {3, 4}},
    {DROVER_FIELD_ENUM(test_record, side, DROVER_KIND_U32, sides, "Which side."), {5, 6}},
};
static const drover_message_type longer_type = {(uint32_t)sizeof(drover_message_type),
                                                DROVER_ENCODING_RECORDS,
                                                "test.longer",
                                                1u,
                                                16u,
                                                3u,
                                                (uint32_t)sizeof(longer_field),
                                                &longer_fields[0].field,
                                                "Fields of a later SDK.",
                                                NULL};

static const drover_message_type record_type =
    DROVER_RECORD_TYPE(test_record, "test.record", 1u, TEST_FIELDS, "A record.");
static const drover_message_type json_type =
    DROVER_JSON_TYPE("test.json", 1u, "{\"type\": \"object\"}", "A JSON value.");

#if defined(TEST_VARIANT_BAD_PORT)
#define TEST_TOPIC "test..out"
#else
#define TEST_TOPIC "test.out.>"
#endif
#if defined(TEST_VARIANT_TWO_DIRECTIONS)
#define TEST_DIRECTION (DROVER_PORT_OUT | DROVER_PORT_IN)
#else
#define TEST_DIRECTION DROVER_PORT_OUT
#endif

#if defined(TEST_VARIANT_TWO_NAMES)
#define TEST_IN_NAME "out"
#else
#define TEST_IN_NAME "in"
#endif

static const drover_port out = {
    sizeof(drover_port), TEST_DIRECTION, "out", TEST_TOPIC, &record_type, NULL, "What it makes."};
static const drover_port in = {
    sizeof(drover_port), DROVER_PORT_IN, TEST_IN_NAME, "test.in", &json_type, NULL, NULL};
static const drover_port longer = {sizeof(drover_port),
                                   DROVER_PORT_IN | DROVER_PORT_ON_DEMAND,
                                   "longer",
                                   "test.longer",
                                   &longer_type,
                                   NULL,
                                   NULL};
#if defined(TEST_VARIANT_ASKED)
/* Asked by the name under which it also publishes. */
static const drover_port asked = {sizeof(drover_port),
                                  DROVER_PORT_REQUEST_SERVER,
                                  "out",
                                  "test.asked",
                                  &json_type,
                                  &json_type,
                                  NULL};
static const drover_port* const ports[] = {&out, &in, &longer, &asked};
#else
static const drover_port* const ports[] = {&out, &in, &longer};
#endif

static drover_status create(const drover_agent_description* description,
                            const drover_host* host,
                            void** agent) {
    (void)description;
    (void)host;
    *agent = NULL;
    return DROVER_OK;
}
static void destroy(void* agent) {
    (void)agent;
}
static drover_status start(void* agent) {
    (void)agent;
    return DROVER_OK;
}

static const drover_agent_functions functions = {
    .size = sizeof(drover_agent_functions),
    .create = create,
    .destroy = destroy,
#if !defined(TEST_VARIANT_NO_START)
    .start = start,
#endif
};

#if defined(TEST_VARIANT_BAD_SCHEMA)
#define TEST_SCHEMA "{\"type\": "
#elif defined(TEST_VARIANT_ENDLESS_SCHEMA)
#define TEST_SCHEMA "{\"allOf\": [{\"$ref\": \"#\"}]}"
#else
#define TEST_SCHEMA                                                                     \
    "{\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"fast\"]," \
    "\"properties\": {\"fast\": {\"type\": \"integer\", \"minimum\": 1},"               \
    "\"cash\": {\"type\": \"number\"},"                                                 \
    "\"file\": {\"type\": \"string\", \"format\": \"file-path\"}}}"
#endif
#if defined(TEST_VARIANT_BAD_EXAMPLE)
#define TEST_EXAMPLE "{\"fast\": \"x\"}"
#else
#define TEST_EXAMPLE "{\"fast\": 5}"
#endif
#if defined(TEST_VARIANT_BAD_NAME)
#define TEST_NAME "First Agent"
#else
#define TEST_NAME "first"
#endif

static const drover_agent_description first = {
    .size = sizeof(drover_agent_description),
    .flags = DROVER_AGENT_DETERMINISTIC,
    .name = TEST_NAME,
    .version = "1.2.3",
    .vendor = "tests",
    .description = "The first agent.",
    .config_schema = TEST_SCHEMA,
    .config_example = TEST_EXAMPLE,
    .state_version = 7,
    .port_count = sizeof(ports) / sizeof(ports[0]),
    .ports = ports,
    .functions = &functions,
};
static const drover_agent_description second = {
    .size = sizeof(drover_agent_description),
    .name = "second",
    .version = "0.1.0",
    .functions = &functions,
};
#if defined(TEST_VARIANT_ONE_AGENT)
static const drover_agent_description* const agents[] = {&first};
#else
static const drover_agent_description* const agents[] = {&first, &second};
#endif

static const drover_library library = {
    .size = sizeof(drover_library),
#if defined(TEST_VARIANT_OTHER_MAJOR)
    .abi_major = 7,
#else
    .abi_major = DROVER_ABI_MAJOR,
#endif
    .abi_minor = DROVER_ABI_MINOR,
    .agent_count = sizeof(agents) / sizeof(agents[0]),
#if defined(TEST_VARIANT_OTHER_HASH)
    .abi_hash = 0xABCDull,
#else
    .abi_hash = DROVER_ABI_HASH,
#endif
    .agents = agents,
    .build = "test",
};

const drover_library* drover_library_v1(void) {
    (void)first;
    (void)second;
    (void)record_fields;
    (void)start;
#if defined(TEST_VARIANT_NULL)
    (void)library;
    return NULL;
#else
    return &library;
#endif
}

#if defined(TEST_VARIANT_CRASH)
__attribute__((constructor)) static void crash(void) {
    raise(SIGSEGV);
}
#elif defined(TEST_VARIANT_EXIT)
__attribute__((constructor)) static void leave(void) {
    _exit(0);
}
#elif defined(TEST_VARIANT_HANG)
/* Leaves a child behind too, whose pid it writes where the test looks for it. */
__attribute__((constructor)) static void hang(void) {
    const char* const path = getenv("DROVER_TEST_CHILD");
    const pid_t child = fork();
    if (child > 0 && path != NULL) {
        FILE* const file = fopen(path, "w");
        if (file != NULL) {
            fprintf(file, "%d", (int)child);
            fclose(file);
        }
    }
    while (1) {
        pause();
    }
}
#elif defined(TEST_VARIANT_TALK)
__attribute__((constructor)) static void talk(void) {
    printf("This is not JSON.\n");
    fflush(stdout);
}
#endif
#endif
