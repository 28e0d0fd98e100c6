/// The verbs about recordings: record, replay, parity, why.
#pragma once

#include <filesystem>

#include "command/record_verb.hpp"
#include "command/replay_verb.hpp"
#include "command/verb_group.hpp"
#include "command/why_verb.hpp"

namespace drover {

class RecordingVerbs : private VerbGroup {
public:
    using VerbGroup::Verbs;

    /// All that it is given must live as long as this.
    void add_to(CLI::App& app, std::filesystem::path& state_directory, Verbs& verbs);

private:
    void add_record();
    void add_replay();
    void add_parity();
    void add_why();

    RecordOptions record_;
    ReplayOptions replay_;
    ParityOptions parity_;
    WhyOptions why_;
};

}  // namespace drover
