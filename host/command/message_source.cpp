#include "command/message_source.hpp"

#include "recording/recording_reader.hpp"

namespace drover {

Result<void> RecordedMessages::read(const Visit& visit) {
    auto reader = RecordingReader::open(file_);
    if (!reader) {
        return reader.error();
    }
    RecordingNames names;
    while (const auto block = reader.value().next()) {
        if (block->kind == BlockKind::names) {
            if (auto added = names.add(block->text()); !added) {
                return added.error().within(file_.string());
            }
        }
        if (block->kind != BlockKind::entries) {
            continue;
        }
        auto bytes = block->body;
        while (const auto entry = Entry::take(bytes)) {
            const bool is_message = entry->kind == EntryKind::message ||
                                    (entry->kind == EntryKind::published && which_ == Which::all);
            const auto message = is_message ? RecordedMessage::decode(entry->body) : std::nullopt;
            if (message) {
                visit(*message, names);
            }
        }
    }
    return reader.value().must_be_undamaged(file_);
}

}  // namespace drover
