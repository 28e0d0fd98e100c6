/// The everyday aids: top, doctor, support-bundle, completion of shells.
#pragma once

#include <filesystem>
#include <string>

#include "command/completion_verb.hpp"
#include "command/doctor_verb.hpp"
#include "command/support_bundle.hpp"
#include "command/top_verb.hpp"
#include "command/verb_group.hpp"

namespace drover {

class AidVerbs : private VerbGroup {
public:
    using VerbGroup::Verbs;

    /// All that it is given must live as long as this.
    void add_to(CLI::App& app, std::filesystem::path& state_directory, Verbs& verbs);

private:
    void add_top();
    void add_doctor();
    void add_support_bundle();
    void add_completion();
    /// `-f FILE`, which must exist where it is given, and `--environment NAME`.
    void add_place(CLI::App& verb, DoctorPlace& place);

    TopOptions top_;
    DoctorOptions doctor_;
    BundleOptions bundle_;
    CompletionOptions completion_;
};

}  // namespace drover
