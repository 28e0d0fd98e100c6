/* The fingerprint of the C ABI headers. While the ABI's major version is 0, host and plugin must
 * have been built with the same one. Written by `./dev abi-hash`; a test compares it. */
#ifndef DROVER_ABI_HASH_H
#define DROVER_ABI_HASH_H

#define DROVER_ABI_HASH 0x0000000000000001ull

#endif
