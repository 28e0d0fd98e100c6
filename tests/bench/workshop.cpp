#include "bench/workshop.hpp"

#include <cstdlib>
#include <fstream>
#include <random>
#include <stdexcept>
#include <system_error>

#include "scenarios/marked_processes.hpp"

namespace drover::bench {
namespace {

constexpr std::chrono::minutes patience{5};

std::filesystem::path measured_programs = DROVER_BENCH_PROGRAMS;

std::filesystem::path fresh_folder() {
    // Short, because the paths of Unix sockets must be.
    std::string pattern = (std::filesystem::temp_directory_path() / "drb.XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("no temporary folder at " + pattern);
    }
    return std::filesystem::canonical(pattern);
}

std::string fresh_mark() {
    std::random_device device;
    return "bench." + std::to_string(device()) + "." + std::to_string(device());
}

}  // namespace

void measure_programs_in(const std::filesystem::path& folder) {
    measured_programs = folder;
}
std::filesystem::path program(const std::string& name) {
    return measured_programs / name;
}
std::filesystem::path bench_program(const std::string& name) {
    return std::filesystem::path(DROVER_BENCH_FOLDER) / name;
}
std::filesystem::path bench_plugin() {
    return bench_program("bench_agents.so");
}
std::filesystem::path repository() {
    return DROVER_BENCH_REPOSITORY;
}

Workshop::Workshop() : folder_(fresh_folder()), mark_(fresh_mark()), stamps_(folder_ / "sheet") {
    std::filesystem::create_directory(folder_ / "run");
    std::filesystem::permissions(folder_ / "run", std::filesystem::perms::owner_all);
    environment_ = {std::string(scenarios::mark_variable) + '=' + mark_,
                    "DROVER_STATE_DIR=" + state_directory().string(),
                    "DROVER_BENCH_SHEET=" + sheet().string(),
                    "XDG_RUNTIME_DIR=" + (folder_ / "run").string()};
    scenarios::clean_up_after_my_end(mark_, folder_);
}

Workshop::~Workshop() {
    scenarios::kill_marked(mark_);
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
}

void Workshop::stamp_new_processes() {
    environment_.push_back("LD_PRELOAD=" + bench_program("preloaded_stamp.so").string());
}

std::filesystem::path Workshop::write(const std::string& name, const std::string& text) const {
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
}

scenarios::ProgramStart Workshop::start_of(const std::filesystem::path& program,
                                           std::vector<std::string> arguments) const {
    return {program, std::move(arguments), environment_, folder_};
}

Program Workshop::start(const std::filesystem::path& program,
                        std::vector<std::string> arguments) const {
    return Program(start_of(program, std::move(arguments)));
}

ProgramResult Workshop::run(const std::filesystem::path& program,
                            std::vector<std::string> arguments) const {
    ProgramResult result =
        scenarios::run_program(start_of(program, std::move(arguments)), patience);
    if (result.timed_out || result.exit_code != 0) {
        throw std::runtime_error(program.string() + ": " + result.text());
    }
    return result;
}

ProgramResult Workshop::drover(std::vector<std::string> arguments) const {
    return run(program("drover"), std::move(arguments));
}

bool Workshop::can_drover(std::vector<std::string> arguments) const {
    const ProgramResult result =
        scenarios::run_program(start_of(program("drover"), std::move(arguments)), patience);
    return !result.timed_out && result.exit_code == 0;
}

std::optional<FleetStatus> Workshop::status_if_any() const {
    return scenarios::read_status(
        scenarios::run_program(start_of(program("drover"), {"status", "-o", "json"}), patience)
            .output);
}

FleetStatus Workshop::status() const {
    const auto status = scenarios::read_status(drover({"status", "-o", "json"}).output);
    if (!status) {
        throw std::runtime_error("drover status gave no document");
    }
    return *status;
}

}  // namespace drover::bench
