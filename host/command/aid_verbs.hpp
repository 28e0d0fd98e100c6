/// The everyday aids: top, doctor, support-bundle, completion of shells.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "command/completion_verb.hpp"
#include "command/doctor_verb.hpp"
#include "command/support_bundle.hpp"
#include "command/top_verb.hpp"

namespace CLI {
class App;
}

namespace drover {

class AidVerbs {
public:
    /// Verbs and what runs each.
    using Verbs = std::vector<std::pair<CLI::App*, std::function<int()>>>;

    /// All that it is given must live as long as this.
    void add_to(CLI::App& app, std::filesystem::path& state_directory, Verbs& verbs);

private:
    CLI::App& add_verb(const std::string& name,
                       const std::string& purpose,
                       std::function<int()> run);
    void add_top();
    void add_doctor();
    void add_support_bundle();
    void add_completion();
    /// `-f FILE`, which must exist where it is given, and `--environment NAME`.
    void add_place(CLI::App& verb, DoctorPlace& place);

    CLI::App* app_ = nullptr;
    std::filesystem::path* state_directory_ = nullptr;
    Verbs* verbs_ = nullptr;
    TopOptions top_;
    DoctorOptions doctor_;
    BundleOptions bundle_;
    CompletionOptions completion_;
};

}  // namespace drover
