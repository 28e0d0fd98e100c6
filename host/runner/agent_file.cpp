#include "runner/agent_file.hpp"

#include <utility>

#include "runner/agent_file_schema.hpp"

namespace drover {

AgentFile::AgentFile(SqliteFile file,
                     StatePieces state,
                     DurablePlaceTable place,
                     OutboxTable outbox,
                     StoreTable store)
    : file_(std::move(file)),
      state_(std::move(state)),
      place_(std::move(place)),
      outbox_(std::move(outbox)),
      store_(std::move(store)) {}

Result<AgentFile> AgentFile::open(const std::filesystem::path& path, const std::string& agent) {
    auto file = SqliteFile::open(path);
    if (!file) {
        return file.error();
    }
    if (auto prepared = prepare_agent_schema(file.value(), agent); !prepared) {
        return prepared.error();
    }
    auto state = StatePieces::open(file.value());
    auto place = DurablePlaceTable::open(file.value());
    auto outbox = OutboxTable::open(file.value());
    auto store = StoreTable::open(file.value());
    if (!state || !place) {
        return state ? place.error() : state.error();
    }
    if (!outbox || !store) {
        return outbox ? store.error() : outbox.error();
    }
    AgentFile opened(std::move(file.value()),
                     std::move(state.value()),
                     std::move(place.value()),
                     std::move(outbox.value()),
                     std::move(store.value()));
    if (auto done = opened.file_.prepare(
            {{&opened.begin_, "BEGIN IMMEDIATE"}, {&opened.commit_, "COMMIT"}});
        !done) {
        return done.error();
    }
    return opened;
}

Result<void> AgentFile::commit(const FileChanges& changes) {
    auto done = begin_.run();
    if (!done) {
        return done;
    }
    done = write(changes);
    if (done) {
        done = commit_.run();
    }
    if (!done) {
        (void)file_.run("ROLLBACK");
        return done;
    }
    if (changes.state && !state_.is_last(changes.state->version, changes.state->bytes)) {
        state_.committed(changes.state->version, changes.state->bytes);
    }
    place_.committed(changes.place);
    dropped_ = changes.logged;
    return done;
}

Result<void> AgentFile::write(const FileChanges& changes) const {
    Result<void> done = success();
    if (changes.state && !state_.is_last(changes.state->version, changes.state->bytes)) {
        done = state_.write(changes.state->version, changes.state->bytes);
    }
    if (done) {
        done = place_.write(changes.place);
    }
    if (done && changes.logged > dropped_) {
        done = outbox_.drop_logged(changes.logged);
    }
    if (done && changes.outbox) {
        done = outbox_.put(*changes.outbox);
    }
    if (done && changes.store != nullptr) {
        done = store_.write(*changes.store);
    }
    return done;
}

}  // namespace drover
