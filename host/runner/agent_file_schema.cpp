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

/// What the file says of itself; nothing of it in a new file.
struct About {
    std::string schema;
    std::string owner;
};

Result<About> read_about(const SqliteFile& file) {
    About about;
    const auto table = file.read_text("SELECT name FROM sqlite_master WHERE name = 'about'");
    if (!table || table.value().empty()) {
        return table ? Result<About>(about) : Result<About>(table.error());
    }
    const auto rows = file.prepare("SELECT key, value FROM about WHERE key IN ('schema', 'agent')");
    if (!rows) {
        return rows.error();
    }
    while (true) {
        const auto row = rows.value().step();
        if (!row) {
            return row.error();
        }
        if (!row.value()) {
            return about;
        }
        const bool is_schema = rows.value().bytes(0) == "schema";
        (is_schema ? about.schema : about.owner) = rows.value().bytes(1);
    }
}

}  // namespace

Result<void> prepare_agent_schema(const SqliteFile& file, const std::string& agent) {
    const auto about = read_about(file);
    if (!about) {
        return about.error();
    }
    const std::string& found = about.value().schema;
    const std::string& owner = about.value().owner;
    if (!found.empty() && found != "1" && found != "2" && found != newest_schema) {
        return Error{ErrorKind::invalid,
                     "The state file '" + file.path().string() + "' has schema " + found +
                         "; this drover knows schemas 1 to 3. Use the newer drover."};
    }
    if (!owner.empty() && owner != agent) {
        return Error{ErrorKind::invalid,
                     "The state file '" + file.path().string() + "' belongs to agent '" + owner +
                         "', not to '" + agent + "'."};
    }
    if (found == newest_schema) {
        return success();  // Every start but the first: nothing is made, nothing is parsed.
    }
    if (auto made = file.run(agent_tables); !made) {
        return made;
    }
    if (found == "1") {
        if (auto cut = cut_state_into_pieces(file); !cut) {
            return cut;
        }
    }
    // Schema 3 only has more tables than schema 2, and they are there.
    return write_owner(file, agent);
}

}  // namespace drover
