#include "process/process_limits.hpp"

#include <cerrno>
#include <cstring>

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

namespace drover {
namespace {

std::optional<LimitFailure> failed_step(LimitFailure::Step step, int index = 0) noexcept {
    return LimitFailure{step, index, errno};
}

/// A processor that is not there, or that this process may not use, is an error here and not left
/// out as the kernel does.
std::optional<LimitFailure> apply_cpus(const std::vector<int>& cpus) noexcept {
    cpu_set_t allowed;
    cpu_set_t wanted;
    CPU_ZERO(&wanted);
    if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
        return failed_step(LimitFailure::Step::cpus);
    }
    for (std::size_t index = 0; index < cpus.size(); ++index) {
        const auto cpu = static_cast<std::size_t>(cpus[index]);
        if (cpu >= CPU_SETSIZE || !CPU_ISSET(cpu, &allowed)) {
            errno = EINVAL;
            return failed_step(LimitFailure::Step::cpus, static_cast<int>(index));
        }
        CPU_SET(cpu, &wanted);
    }
    if (::sched_setaffinity(0, sizeof wanted, &wanted) != 0) {
        return failed_step(LimitFailure::Step::cpus);
    }
    return std::nullopt;
}

rlim_t rlim_of(std::uint64_t value) noexcept {
    return value == ~std::uint64_t{0} ? RLIM_INFINITY : static_cast<rlim_t>(value);
}

std::string number_text(rlim_t value) {
    return value == RLIM_INFINITY ? "unlimited" : std::to_string(value);
}

}  // namespace

std::optional<LimitFailure> apply_limits(const ProcessLimits& limits) noexcept {
    // 0 stands for the process that writes it.
    if (limits.cgroup >= 0 && ::write(limits.cgroup, "0", 1) != 1) {
        return failed_step(LimitFailure::Step::cgroup);
    }
    if (limits.nice && ::setpriority(PRIO_PROCESS, 0, *limits.nice) != 0) {
        return failed_step(LimitFailure::Step::nice);
    }
    if (!limits.cpus.empty()) {
        if (const auto failure = apply_cpus(limits.cpus)) {
            return failure;
        }
    }
    for (std::size_t index = 0; index < limits.resources.size(); ++index) {
        const ResourceLimit& one = limits.resources[index];
        const rlimit limit{rlim_of(one.value), rlim_of(one.value)};
        if (::setrlimit(static_cast<__rlimit_resource_t>(one.resource), &limit) != 0) {
            return failed_step(LimitFailure::Step::resource, static_cast<int>(index));
        }
    }
    return std::nullopt;
}

std::string sentence_of(const LimitFailure& failure, const ProcessLimits& limits) {
    const std::string why = std::string(" cannot be set: ") + std::strerror(failure.error);
    const auto index = static_cast<std::size_t>(failure.index);
    switch (failure.step) {
        case LimitFailure::Step::cgroup:
            return std::string("its control group cannot be joined: ") +
                   std::strerror(failure.error) + ".";
        case LimitFailure::Step::nice:
            return "limits.nice " + std::to_string(limits.nice.value_or(0)) + why +
                   " (a value below that of droverd needs the right to it: CAP_SYS_NICE).";
        case LimitFailure::Step::cpus:
            return "limits.cpus" + why + " (droverd may not run on processor " +
                   std::to_string(index < limits.cpus.size() ? limits.cpus[index] : 0) +
                   ", or there is none).";
        case LimitFailure::Step::resource:
            break;
    }
    if (index >= limits.resources.size()) {
        return "a limit" + why + ".";
    }
    const ResourceLimit& one = limits.resources[index];
    rlimit now{};
    (void)::getrlimit(static_cast<__rlimit_resource_t>(one.resource), &now);
    return std::string("limits.") + one.key + " " + number_text(rlim_of(one.value)) + why +
           " (the hard limit of droverd is " + number_text(now.rlim_max) + ").";
}

}  // namespace drover
