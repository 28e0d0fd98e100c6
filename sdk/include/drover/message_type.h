/* Message types: enough for a host that has not loaded the plugin to decode its records to JSON. */
#ifndef DROVER_MESSAGE_TYPE_H
#define DROVER_MESSAGE_TYPE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How the bytes of a field are read. All are little-endian. */
typedef uint32_t drover_kind;
enum {
    DROVER_KIND_I8 = 1,
    DROVER_KIND_U8 = 2,
    DROVER_KIND_I16 = 3,
    DROVER_KIND_U16 = 4,
    DROVER_KIND_I32 = 5,
    DROVER_KIND_U32 = 6,
    DROVER_KIND_I64 = 7,
    DROVER_KIND_U64 = 8,
    DROVER_KIND_F32 = 9,
    DROVER_KIND_F64 = 10,        /* NaN decodes to null. */
    DROVER_KIND_BOOL8 = 11,      /* 0 or 1 in one byte. */
    DROVER_KIND_CHARS = 12,      /* char[count], UTF-8, NUL padded; decodes to one text. */
    DROVER_KIND_TIME = 13,       /* int64, nanoseconds since 1970-01-01T00:00:00Z. */
    DROVER_KIND_DECIMAL64 = 14,  /* int64 times 10^-scale: prices and quantities, scale 9. */
    DROVER_KIND_DECIMAL128 = 15, /* 128-bit two's complement times 1e-18, low word first: money. */
    DROVER_KIND_BYTES = 16,      /* uint8_t[count]; decodes to hexadecimal text. */
    DROVER_KIND_RECORD = 17,     /* A nested record, described by `record`. */
    DROVER_KIND_PADDING = 18     /* Bytes that are always zero; never decoded. */
};

/* A name for one value of an integer field. Frozen. */
typedef struct drover_enumerator {
    int64_t value;
    const char* name;
} drover_enumerator;

enum {
    DROVER_FIELD_OPTIONAL = 1 /* NaN or the smallest value of the kind stands for null. */
};

struct drover_message_type;

/* One field of a record. Grows only at its end; drover_message_type.field_stride tells how large
 * an element of the array is in the plugin at hand. */
typedef struct drover_field {
    uint32_t size;   /* sizeof(drover_field) where the plugin was built. */
    drover_kind kind;
    uint32_t offset; /* Bytes from the start of the record. */
    uint32_t count;  /* 1, or the number of elements of an inline array; characters for CHARS. */
    int32_t scale;   /* DECIMAL64 only: digits behind the point. */
    uint32_t flags;  /* DROVER_FIELD_... */
    const char* name;
    const char* unit; /* "USD", "ns", "shares", or NULL. */
    const char* description;
    const drover_enumerator* enumerators; /* NULL, or enumerator_count names of values. */
    uint32_t enumerator_count;
    uint32_t reserved; /* 0 */
    const struct drover_message_type* record; /* RECORD only. */
} drover_field;

typedef uint32_t drover_encoding;
enum {
    DROVER_ENCODING_RECORDS = 1, /* `count` records of `record_size` bytes. */
    DROVER_ENCODING_JSON = 2     /* One UTF-8 JSON value. */
};

/* What a message holds. Two types are the same when their names, versions and field layouts are. */
typedef struct drover_message_type {
    uint32_t size; /* sizeof(drover_message_type) where the plugin was built. */
    drover_encoding encoding;
    const char* name;       /* "market.bar"; third parties use their domain: "com.acme.greeks". */
    uint32_t version;       /* Raised when fields change in any way but being added at the end. */
    uint32_t record_size;   /* RECORDS: a multiple of 8, at most 65536; JSON: 0. */
    uint32_t field_count;   /* RECORDS: every byte belongs to a field or to PADDING; JSON: 0. */
    uint32_t field_stride;  /* sizeof(drover_field) where the plugin was built. */
    const drover_field* fields;
    const char* description;
    const char* json_schema; /* JSON only: a JSON Schema, or NULL. */
} drover_message_type;

/* How a header declares a constant table. In C++ all files of a library share one, as the classes
 * that point to it need; in C each file has its own. */
#ifdef __cplusplus
#define DROVER_TABLE inline constexpr
#else
#define DROVER_TABLE static const
#endif

/* A size as the tables hold it, without an old-style cast where the plugin is C++. */
#ifdef __cplusplus
#define DROVER_U32(value) static_cast<uint32_t>(value)
#else
#define DROVER_U32(value) ((uint32_t)(value))
#endif

/* One row of a field table, for a plain member of struct `type`. */
#define DROVER_FIELD(type, member, kind, scale, unit, text)                                       \
    {                                                                                             \
        DROVER_U32(sizeof(drover_field)), (kind), DROVER_U32(offsetof(type, member)), 1u, (scale),    \
            0u, #member, (unit), (text), NULL, 0u, 0u, NULL                                       \
    }
/* The same for a member that is an inline array or a text of `elements` elements. */
#define DROVER_FIELD_ARRAY(type, member, kind, elements, unit, text)                              \
    {                                                                                             \
        DROVER_U32(sizeof(drover_field)), (kind), DROVER_U32(offsetof(type, member)), (elements), 0,  \
            0u, #member, (unit), (text), NULL, 0u, 0u, NULL                                       \
    }
/* The same for an integer member whose values have names. */
#define DROVER_FIELD_ENUM(type, member, kind, names, text)                                        \
    {                                                                                             \
        DROVER_U32(sizeof(drover_field)), (kind), DROVER_U32(offsetof(type, member)), 1u, 0, 0u,      \
            #member, NULL, (text), (names), DROVER_U32(sizeof(names) / sizeof((names)[0])), 0u,   \
            NULL                                                                                  \
    }

/* A RECORDS type from a struct and its field table. */
#define DROVER_RECORD_TYPE(type, type_name, type_version, table, text)                            \
    {                                                                                             \
        DROVER_U32(sizeof(drover_message_type)), DROVER_ENCODING_RECORDS, (type_name),              \
            (type_version), DROVER_U32(sizeof(type)),                                               \
            DROVER_U32(sizeof(table) / sizeof((table)[0])), DROVER_U32(sizeof(drover_field)),       \
            (table), (text), NULL                                                                 \
    }
/* A JSON type. `schema` is a JSON Schema as text, or NULL. */
#define DROVER_JSON_TYPE(type_name, type_version, schema, text)                                   \
    {                                                                                             \
        DROVER_U32(sizeof(drover_message_type)), DROVER_ENCODING_JSON, (type_name),                 \
            (type_version), 0u, 0u, DROVER_U32(sizeof(drover_field)), NULL, (text), (schema)        \
    }

#ifdef __cplusplus
}
#endif
#endif
