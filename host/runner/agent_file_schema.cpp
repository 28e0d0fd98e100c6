#include "runner/agent_file_schema.hpp"

#include "runner/state_pieces.hpp"

namespace drover {
namespace {

constexpr const char* newest_schema = "3";

/// In one transaction: each one costs a sync of the disk.
constexpr const char* agent_tables =
    "BEGIN;"
    "CREATE TABLE IF NOT EXISTS about(key TEXT PRIMARY KEY, value TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS state_version(id INTEGER PRIMARY KEY CHECK(id = 1), "
    "version INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS state_piece(number INTEGER PRIMARY KEY, bytes BLOB NOT NULL);"
    // How the file belongs to the fleet's durable log, and what it has committed of it.
    "CREATE TABLE IF NOT EXISTS cursor(id INTEGER PRIMARY KEY CHECK(id = 1), "
    "log TEXT NOT NULL, position INTEGER NOT NULL);"
    // What the router may not have in its log yet: a row a batch.
    "CREATE TABLE IF NOT EXISTS outbox(first INTEGER PRIMARY KEY, last INTEGER NOT NULL, "
    "frames BLOB NOT NULL);"
    // Where the agent goes on: durable sequence, random numbers, and the times of a replay.
    "CREATE TABLE IF NOT EXISTS durable(id INTEGER PRIMARY KEY CHECK(id = 1), "
    "sequence INTEGER NOT NULL, random BLOB NOT NULL, time INTEGER NOT NULL, "
    "settled INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS store(key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
    "COMMIT";

/// Brings the state of a file of schema 1, one blob, into pieces.
Result<void> cut_state_into_pieces(const SqliteFile& file) {
    const std::string size = std::to_string(StatePieces::piece_size);
    const std::string sql =
        "BEGIN IMMEDIATE;"
        "INSERT INTO state_version SELECT id, version FROM state;"
        "WITH RECURSIVE place(number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM place, state "
        "WHERE (number + 1) * " +
        size +
        " < length(bytes)) "
        "INSERT INTO state_piece SELECT number, substr(bytes, number * " +
        size + " + 1, " + size +
        ") FROM place, state;"
        "DROP TABLE state;"
        "UPDATE about SET value = '2' WHERE key = 'schema';"
        "COMMIT";
    return file.run(sql.c_str());
}

Result<void> write_owner(const SqliteFile& file, const std::string& agent) {
    const auto statement =
        file.prepare("INSERT OR REPLACE INTO about VALUES ('schema', ?1), ('agent', ?2)");
    if (!statement) {
        return statement.error();
    }
    statement.value().bind_text(1, newest_schema);
    statement.value().bind_text(2, agent);
    return statement.value().run();
}

}  // namespace

Result<void> prepare_agent_schema(const SqliteFile& file, const std::string& agent) {
    if (auto made = file.run(agent_tables); !made) {
        return made;
    }
    const auto schema = file.read_text("SELECT value FROM about WHERE key = 'schema'");
    const auto owner = file.read_text("SELECT value FROM about WHERE key = 'agent'");
    if (!schema || !owner) {
        return schema ? owner.error() : schema.error();
    }
    const std::string& found = schema.value();
    if (!found.empty() && found != "1" && found != "2" && found != newest_schema) {
        return Error{ErrorKind::invalid,
                     "The state file '" + file.path().string() + "' has schema " + found +
                         "; this drover knows schemas 1 to 3. Use the newer drover."};
    }
    if (!owner.value().empty() && owner.value() != agent) {
        return Error{ErrorKind::invalid,
                     "The state file '" + file.path().string() + "' belongs to agent '" +
                         owner.value() + "', not to '" + agent + "'."};
    }
    if (found == "1") {
        if (auto cut = cut_state_into_pieces(file); !cut) {
            return cut;
        }
    }
    // Schema 3 only has more tables than schema 2, and they are there.
    return found == newest_schema ? Result<void>(success()) : write_owner(file, agent);
}

}  // namespace drover
