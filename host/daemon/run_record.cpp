#include "daemon/run_record.hpp"

#include <string>

#include "base/file_text.hpp"
#include "base/json_value.hpp"
#include "daemon/state_directory.hpp"

namespace drover {

RunRecord RunRecord::read(const std::filesystem::path& file) {
    const auto json = parse_json(read_file_text(file).value_or(""));
    if (!json || !json.value().is_object()) {
        return {};
    }
    RunRecord record;
    record.run = value_or<std::uint64_t>(json.value(), "run", 0);
    record.pid = value_or<pid_t>(json.value(), "pid", -1);
    record.has_ended = value_or<bool>(json.value(), "has_ended", true);
    record.switch_revision = value_or<std::uint64_t>(json.value(), "kill_switch_revision", 0);
    return record;
}

Result<void> RunRecord::save(const std::filesystem::path& file) const {
    return replace_file(file,
                        to_line(Json{{"run", run},
                                     {"pid", pid},
                                     {"has_ended", has_ended},
                                     {"kill_switch_revision", switch_revision}}) +
                            "\n");
}

}  // namespace drover
