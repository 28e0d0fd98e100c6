/// Which system calls a sandbox refuses, as a program for seccomp. The only file that sees
/// libseccomp is its source.
#pragma once

#include <vector>

#include "base/result.hpp"

namespace drover {

/// The program as the kernel takes it: an array of sock_filter. Refused, with EPERM: sockets of
/// other kinds than Unix (with `network` than Unix, IPv4, IPv6 and the one that finds addresses),
/// looking into other processes, mounts, namespaces, kernel modules, keys, clocks, io_uring.
[[nodiscard]] Result<std::vector<char>> make_call_filter(bool network);

}  // namespace drover
