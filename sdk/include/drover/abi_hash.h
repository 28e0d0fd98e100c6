/* The fingerprint of the C ABI headers. While the ABI's major version is 0, host and plugin must
 * have been built with the same one. Written by sdk/cmake/abi_hash.cmake; a test compares it. */
#ifndef DROVER_ABI_HASH_H
#define DROVER_ABI_HASH_H

#define DROVER_ABI_HASH 0x37538d80e8ba3641ull

#endif
