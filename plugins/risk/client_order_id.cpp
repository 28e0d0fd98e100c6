// The name of an order that stays the same in a replay and after any restart.
#include "risk/client_order_id.hpp"

namespace drover {

namespace {

__extension__ using Hash = unsigned __int128;

constexpr Hash offset_basis =
    (static_cast<Hash>(0x6c62272e07bb0142ULL) << 64U) | 0x62b821756295c58dULL;
constexpr Hash prime = (static_cast<Hash>(1) << 88U) | 0x13bULL;

Hash hashed(Hash hash, std::string_view text) {
    for (const char letter : text) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * prime;
    }
    return hash * prime;  // The NUL behind the text: hash ^ 0 is hash.
}

std::string hexadecimal(Hash hash) {
    constexpr std::string_view digits = "0123456789abcdef";
    constexpr std::size_t length = 32;
    std::string text(length, '0');
    for (std::size_t index = length; index-- > 0; hash >>= 4U) {
        text[index] = digits[static_cast<std::size_t>(hash & 0xFU)];
    }
    return text;
}

}  // namespace

std::string client_order_id(const OrderCause& cause) {
    Hash hash = offset_basis;
    for (const std::string_view text :
         {cause.account, cause.session, cause.agent, cause.symbol, cause.topic}) {
        hash = hashed(hash, text);
    }
    hash = hashed(hash, std::to_string(cause.event_time));
    hash = hashed(hash, std::to_string(cause.index));
    return hexadecimal(hash);
}

}  // namespace drover
