/// Replacing the program of a supervisor while it runs: the process stays, with its children and
/// its descriptors, and another program goes on in it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/file_descriptor.hpp"
#include "base/result.hpp"
#include "daemon/hand_over.hpp"

namespace drover {

/// What the next program reads. `units` are hand-over packets, each with `descriptors`, the numbers
/// that they have in this process.
struct TakeOver {
    Json units = Json::array();
    bool is_adopting = false;          ///< `on_supervisor_death: adopt` holds.
    bool has_guards_children = false;  ///< Some processes are children of the guard.
    std::string why;                   ///< For people: what replaces what.
    std::string went_back;             ///< Why the program before this one failed; or empty.
    int former = -1;                   ///< The program that is replaced, open.
    std::vector<std::string> former_arguments;  ///< Its own, to go back to it.
    int file = -1;                              ///< Where this was read from.
};

/// Runs `program` in this process with `arguments` and `--take-over N`. `handed_over` are further
/// descriptors that must stay open. Returns only when that fails, and then nothing has changed.
[[nodiscard]] Error replace_program(const std::filesystem::path& program,
                                    std::vector<std::string> arguments,
                                    TakeOver take_over,
                                    const std::vector<int>& handed_over);
/// Runs the program that this one has replaced again, and tells it why. Nothing that was handed
/// over may have been closed. Returns only when that fails.
[[nodiscard]] Error return_to_former(TakeOver take_over,
                                     const std::string& why,
                                     const std::vector<int>& handed_over);

/// Reads what the program before this one has left in descriptor `number`.
[[nodiscard]] Result<TakeOver> read_take_over(int number);
/// Duplicates of all descriptors, so that the way back stays open until `close_originals`.
[[nodiscard]] Result<Inheritance> inheritance_of(const TakeOver& take_over);
/// There is no way back any more.
void close_originals(const TakeOver& take_over);

}  // namespace drover
