/// The rest of AgentFile: a copy of the state, beside it in the file, for an upgrade on trial.
#include <utility>

#include "runner/agent_file.hpp"
#include "runner/state_order.hpp"

namespace drover {
namespace {

constexpr const char* kept_mark = "SELECT value FROM about WHERE key = 'kept'";

constexpr const char* drop_copy =
    "DROP TABLE IF EXISTS kept_version;"
    "DROP TABLE IF EXISTS kept_piece;"
    "DELETE FROM about WHERE key = 'kept';";

std::string marking(const std::string& mark) {
    std::string quoted;
    for (const char letter : mark) {
        quoted += letter == '\'' ? "''" : std::string(1, letter);
    }
    return "INSERT INTO about VALUES ('kept', '" + quoted + "');";
}

}  // namespace

Result<void> AgentFile::run_whole(const std::string& sql) {
    const auto done = file_.run(("BEGIN IMMEDIATE;" + sql + "COMMIT").c_str());
    if (!done) {
        (void)file_.run("ROLLBACK");
    }
    note_written();
    return done;
}

Result<void> AgentFile::keep(const std::string& mark) {
    const auto kept = file_.read_text(kept_mark);
    if (!kept || kept.value() == mark) {
        return kept ? Result<void>(success()) : Result<void>(kept.error());
    }
    return run_whole(drop_copy +
                     std::string("CREATE TABLE kept_version AS SELECT * FROM "
                                 "state_version;"
                                 "CREATE TABLE kept_piece AS SELECT * FROM "
                                 "state_piece;") +
                     marking(mark));
}

Result<void> AgentFile::restore(const std::string& mark) {
    const auto kept = file_.read_text(kept_mark);
    if (!kept || kept.value() != mark) {
        return kept ? Result<void>(success()) : Result<void>(kept.error());
    }
    const auto done = run_whole(std::string("DELETE FROM state_version;"
                                            "DELETE FROM state_piece;"
                                            "INSERT INTO state_version SELECT * FROM kept_version;"
                                            "INSERT INTO state_piece SELECT * FROM kept_piece;") +
                                drop_copy);
    if (!done) {
        return done;
    }
    auto state = StatePieces::open(file_);
    if (!state) {
        return state.error();
    }
    state_ = std::move(state.value());
    return success();
}

Result<void> AgentFile::forget_kept() {
    const auto kept = file_.read_text(kept_mark);
    if (!kept || kept.value().empty()) {
        return kept ? Result<void>(success()) : Result<void>(kept.error());
    }
    return run_whole(drop_copy);
}

Result<AgentFile> open_state(const std::filesystem::path& file,
                             const std::string& agent,
                             const StateOrder& order) {
    auto store = AgentFile::open(file, agent);
    if (!store) {
        return store;
    }
    AgentFile& opened = store.value();
    const auto done = order.kind == StateOrder::Kind::keep      ? opened.keep(order.mark)
                      : order.kind == StateOrder::Kind::restore ? opened.restore(order.mark)
                                                                : opened.forget_kept();
    return done ? std::move(store) : Result<AgentFile>(done.error());
}

}  // namespace drover
